using Datahall.LearnBench;

return args switch
{
    ["inference", .. var rest] => InferenceBenchmark.Run(rest),
    ["difference", .. var rest] => InferenceBenchmark.Difference(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Datahall.LearnBench inference SHAPE PRECISION THREADS SECONDS [LENGTHS-FILE]");
    return 2;
}
