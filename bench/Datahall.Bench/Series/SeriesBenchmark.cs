using System.Diagnostics;
using System.Globalization;
using Datahall.Monitoring.Series;

namespace Datahall.Bench.Series;

/// <summary>Six hours of readings in memory: bytes of a sample, samples a second, beside plain arrays and Gorilla.</summary>
internal static class SeriesBenchmark
{
    private const int Ticks = 6 * 3600 / 15;
    private const int PeerNodes = 200;
    private const long Start = 1_700_000_000_000;
    private const long Step = 15_000;

    private static readonly int Width = NodeModel.Metrics.Length;

    public static void Run(int nodes)
    {
        var models = Enumerable.Range(0, nodes).Select(static node => new NodeModel(node)).ToArray();
        var values = new double[nodes * Width];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var store = new SeriesStore(new() { MaxSampleBytes = 2L << 30 });
        var handles = Open(store, nodes);
        var appending = 0L;
        var worst = 0L;
        for (var tick = 0; tick < Ticks; tick++)
        {
            Tick(models, values);
            var time = Start + (tick * Step);
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < handles.Length; i++)
            {
                store.Append(handles[i], time, values[i]);
            }

            var took = Stopwatch.GetTimestamp() - started;
            appending += took;
            worst = Math.Max(worst, took);
        }

        handles = null;
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        var samples = (double)nodes * Width * Ticks;
        Console.WriteLine($"{nodes} nodes x {Width} series x {Ticks} samples of 15 s = {samples / 1e6:0.0} million samples");
        Console.WriteLine($"memory {memory / 1e6:0.0} MB, all of it: {memory / samples:0.000} bytes a sample; compressed samples {store.Count().SampleBytes / 1e6:0.0} MB: {store.Count().SampleBytes / samples:0.000}");
        Console.WriteLine($"append {samples / Seconds(appending) / 1e6:0.0} million samples a second on one core; one tick of all series {1000 * Seconds(appending) / Ticks:0} ms, the longest {1000 * Seconds(worst):0} ms");
        Read(store, nodes);
        Peers(Math.Min(nodes, PeerNodes));
    }

    /// <summary>Writes the same readings as OpenMetrics, for promtool to make a block of.</summary>
    public static void WriteOpenMetrics(int nodes, string file)
    {
        using var writer = new StreamWriter(file);
        for (var metric = 0; metric < Width; metric++)
        {
            writer.WriteLine($"# TYPE {NodeModel.Metrics[metric].Metric} gauge");
            for (var node = 0; node < nodes; node++)
            {
                var model = new NodeModel(node);
                var values = new double[Width];
                for (var tick = 0; tick < Ticks; tick++)
                {
                    model.Next(values);
                    writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{NodeModel.Metrics[metric].Metric}{{node=\"n{node}\"}} {values[metric]:R} {(Start + (tick * Step)) / 1000}"));
                }
            }
        }

        writer.WriteLine("# EOF");
    }

    private static SeriesHandle[] Open(SeriesStore store, int nodes)
    {
        var handles = new SeriesHandle[nodes * Width];
        for (var node = 0; node < nodes; node++)
        {
            var labels = SeriesLabels.Of(("node", $"gpu-{node:00000}"), ("site", "fra"), ("hall", $"hall-{node / 2500}"), ("rack", $"r{node / 16:0000}"));
            for (var metric = 0; metric < Width; metric++)
            {
                handles[(node * Width) + metric] = store.Open(NodeModel.Metrics[metric].Metric, labels)!;
            }
        }

        return handles;
    }

    private static void Tick(NodeModel[] models, double[] values)
    {
        for (var node = 0; node < models.Length; node++)
        {
            models[node].Next(values.AsSpan(node * Width, Width));
        }
    }

    private static void Read(SeriesStore store, int nodes)
    {
        const long End = Start + (Ticks * Step);
        var one = Time(() => store.Read(new("node_load1", SeriesLabels.Of(("node", "gpu-00042"))), 0, End), 1000);
        var all = Time(() => store.Read(new("DCGM_FI_DEV_POWER_USAGE", SeriesLabels.Empty), 0, End), 3);
        var hour = Time(() => store.Read(new("DCGM_FI_DEV_POWER_USAGE", SeriesLabels.Empty), End - 3_600_000, End), 3);
        var minutes = Time(() => store.Read(new("DCGM_FI_DEV_POWER_USAGE", SeriesLabels.Empty), End - 300_000, End), 10);
        var latest = Time(() => store.ReadLatest(new("DCGM_FI_DEV_POWER_USAGE", SeriesLabels.Empty), 0), 10);
        Console.WriteLine($"read one series whole {1e6 * one:0} µs; {nodes} series whole {1000 * all:0} ms ({(double)nodes * Ticks / all / 1e6:0} million samples a second), their last hour {1000 * hour:0} ms, their last 5 minutes {1000 * minutes:0.0} ms, their newest samples {1000 * latest:0.0} ms");
    }

    private static void Peers(int nodes)
    {
        Console.WriteLine();
        Console.WriteLine($"{"metric",-40} {"kind",-18} {"ours",8} {"Gorilla",8}   bytes a sample, {nodes} nodes");
        var (ourSum, gorillaSum, gorillaTime, plainTime) = (0.0, 0.0, 0L, 0L);
        for (var metric = 0; metric < Width; metric++)
        {
            var readings = Readings(nodes, metric);
            var store = new SeriesStore(new());
            var handles = Enumerable.Range(0, nodes).Select(node => store.Open("m", SeriesLabels.Of(("node", $"{node}")))!).ToArray();
            var gorilla = Enumerable.Range(0, nodes).Select(static _ => new GorillaSeries()).ToArray();
            var plain = Enumerable.Range(0, nodes).Select(static _ => new List<Sample>()).ToArray();
            Each(readings, (node, time, value) => store.Append(handles[node], time, value));
            gorillaTime += Each(readings, (node, time, value) => gorilla[node].Append(time, value));
            plainTime += Each(readings, (node, time, value) => plain[node].Add(new(time, value)));
            var samples = (double)nodes * Ticks;
            var (ours, theirs) = (store.Count().UsedBytes / samples, gorilla.Sum(static series => series.Bits / 8.0) / samples);
            ourSum += ours;
            gorillaSum += theirs;
            Console.WriteLine($"{NodeModel.Metrics[metric].Metric,-40} {NodeModel.Metrics[metric].Kind,-18} {ours,8:0.00} {theirs,8:0.00}");
        }

        var all = (double)nodes * Ticks * Width;
        Console.WriteLine($"{"all",-59} {ourSum / Width,8:0.00} {gorillaSum / Width,8:0.00}   plain (time and double) 16");
        Console.WriteLine($"append, millions a second: Gorilla {all / Seconds(gorillaTime) / 1e6:0.0}, plain lists {all / Seconds(plainTime) / 1e6:0.0}");
    }

    private static double[][] Readings(int nodes, int metric)
    {
        var values = new double[Width];
        return [.. Enumerable.Range(0, nodes).Select(node =>
        {
            var model = new NodeModel(node);
            var series = new double[Ticks];
            for (var tick = 0; tick < Ticks; tick++)
            {
                model.Next(values);
                series[tick] = values[metric];
            }

            return series;
        })];
    }

    private static long Each(double[][] readings, Action<int, long, double> append)
    {
        var started = Stopwatch.GetTimestamp();
        for (var tick = 0; tick < Ticks; tick++)
        {
            for (var node = 0; node < readings.Length; node++)
            {
                append(node, Start + (tick * Step), readings[node][tick]);
            }
        }

        return Stopwatch.GetTimestamp() - started;
    }

    private static double Time<T>(Func<T> read, int times)
    {
        read();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            read();
        }

        return Seconds(Stopwatch.GetTimestamp() - started) / times;
    }

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;
}
