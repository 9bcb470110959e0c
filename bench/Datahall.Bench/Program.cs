using Datahall.Bench.Stores;

if (args is ["store", .. var directory])
{
    await StoreBenchmark.RunAsync(directory is [var named] ? named : Path.GetTempPath());
    return 0;
}

Console.Error.WriteLine("usage: Datahall.Bench store [DIRECTORY]   the SQLite store: durable rows a second, group commit, opening");
return 2;
