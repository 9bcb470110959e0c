using Datahall.LearnBench;

return args switch
{
    ["inference", _, _, _, _, ..] => InferenceBenchmark.Run(args[1..]),
    ["difference", _] => InferenceBenchmark.Difference(args[1..]),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: Datahall.LearnBench inference small|base float32|int8 THREADS SECONDS [CONLL-FILE]
               Datahall.LearnBench difference small|base
        """);
    return 2;
}
