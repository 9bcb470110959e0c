using Datahall.LearnBench;

return args switch
{
    ["encoder", .. var rest] => EncoderBenchmark.Run(rest),
    ["inference", .. var rest] => InferenceBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Datahall.LearnBench encoder|inference SHAPE PRECISION THREADS SECONDS [LENGTHS-FILE]");
    return 2;
}
