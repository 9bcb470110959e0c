using System.Globalization;
using Datahall.Bench.Batches;
using Datahall.Bench.Energy;
using Datahall.Bench.Logs;
using Datahall.Bench.Placing;
using Datahall.Bench.Series;
using Datahall.Bench.Stores;

switch (args)
{
    case ["store", .. var rest] when rest.Length <= 1:
        await StoreBenchmark.RunAsync(rest.FirstOrDefault() ?? Path.GetTempPath());
        return 0;
    case ["placements", .. var rest] when rest.Length <= 1:
        await PlacementBenchmark.RunAsync(rest.FirstOrDefault() ?? Path.GetTempPath());
        return 0;
    case ["schedule", .. var rest] when rest.Length <= 1:
        ScheduleBenchmark.Run(rest.FirstOrDefault() ?? "best-fit");
        return 0;
    case ["logs", var directory]:
        LogLinesBenchmark.Run(directory);
        return 0;
    case ["batch"]:
        BatchBenchmark.Run();
        return 0;
    case ["optimize-model"]:
        OptimizeModelBenchmark.Run(10_000, 1_000);
        return 0;
    case ["optimize-model", var nodes, var tasks]:
        OptimizeModelBenchmark.Run(int.Parse(nodes, CultureInfo.InvariantCulture), int.Parse(tasks, CultureInfo.InvariantCulture));
        return 0;
    case ["series", .. var rest] when rest.Length <= 1:
        SeriesBenchmark.Run(int.Parse(rest.FirstOrDefault() ?? "10000", CultureInfo.InvariantCulture));
        return 0;
    case ["series-openmetrics", var nodes, var file]:
        SeriesBenchmark.WriteOpenMetrics(int.Parse(nodes, CultureInfo.InvariantCulture), file);
        return 0;
    default:
        Console.Error.WriteLine("""
            usage: Datahall.Bench store [DIRECTORY]        the SQLite store: durable rows a second, group commit, opening
                   Datahall.Bench placements [DIRECTORY]   submitted, placed, durable: 100,000 tasks over 5,000 nodes
                   Datahall.Bench schedule [POLICY]        pure placement on one core, without a store: 1,000 to 100,000 nodes
                   Datahall.Bench logs DIRECTORY           templates of the *.log files below it: lines a second on one core
                   Datahall.Bench batch                    batches of waiting gangs: one after the other against all as a whole
                   Datahall.Bench optimize-model [NODES TASKS]   the optimisation model, 10,000 nodes and 1,000 tasks: certified gap, time, memory
                   Datahall.Bench series [NODES]           six hours of readings in memory, 10,000 nodes: bytes a sample, samples a second, beside Gorilla and plain lists
                   Datahall.Bench series-openmetrics NODES FILE   the same readings as OpenMetrics, for promtool
            """);
        return 2;
}
