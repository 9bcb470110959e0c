using Datahall.LearnBench;

return args switch
{
    ["encoder", _, _, _, _, ..] => EncoderBenchmark.Run(args[1..]),
    ["inference", _, _, _, _, ..] => InferenceBenchmark.Run(args[1..]),
    ["difference", _] => InferenceBenchmark.Difference(args[1..]),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: Datahall.LearnBench encoder small|base float32|bfloat16 THREADS SECONDS [CONLL-FILE]
               Datahall.LearnBench inference small|base float32|int8 THREADS SECONDS [CONLL-FILE]
               Datahall.LearnBench difference small|base
        """);
    return 2;
}
