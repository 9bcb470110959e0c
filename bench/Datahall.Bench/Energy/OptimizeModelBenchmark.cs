using System.Diagnostics;
using System.Globalization;
using Datahall.Optimization.Energy;
using Datahall.Scheduling;

namespace Datahall.Bench.Energy;

/// <summary>The optimisation model at 10,000 nodes and 1,000 tasks: the gap that is certified, the time and the memory.</summary>
internal static class OptimizeModelBenchmark
{
    private static readonly (string Name, int Kinds, double Load, double Spread, double RiseCelsius, bool Whole)[] Cases =
    [
        ("alike", 20, 1.1, 0.5, 0, false),
        ("all different, 90 % asked", 0, 0.9, 0.5, 0, false),
        ("all different, 100 % asked", 0, 1.0, 0, 0, false),
        ("all different, 110 % asked", 0, 1.1, 0.5, 0, false),
        ("all different, 200 % asked", 0, 2, 0.5, 0, false),
        ("all different, heat by load", 0, 1.1, 0.5, 12, false),
        ("all different, indivisible", 0, 1.1, 0.5, 0, true),
    ];

    public static void Run(int nodes, int tasks)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{nodes} nodes, {tasks} tasks"));
        Console.WriteLine("case                          objective      gap      compute storage bandwidth  rounds      s  CPU s  peak MB");
        foreach (var (name, kinds, load, spread, rise, whole) in Cases)
        {
            var model = Make(nodes, tasks, kinds, load, spread, rise, whole);
            var (started, worked) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            var plan = EnergyOptimizer.Solve(model).Plan!;
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-28} {plan.Objective,11:0.0} {plan.Gap,8:0.0e+0} {plan.Utilisation.Compute * 100,10:0.00} % {plan.Utilisation.Storage * 100:0.00} % {plan.Utilisation.Bandwidth * 100:0.00} % {plan.Rounds.Count,6} {seconds,8:0.00} {(Environment.CpuUsage.TotalTime - worked).TotalSeconds,6:0.0} {PeakMebibytes(),6}"));
        }
    }

    // Nodes of 20 to 100 and tasks of all shapes, drawn; "kinds" makes alike nodes and alike tasks of them.
    private static EnergyModel Make(int nodes, int tasks, int kinds, double load, double spread, double rise, bool whole)
    {
        var state = 1UL;
        var groups = Enumerable.Range(0, nodes).Select(_ => new Amounts(Draw(20, 100), Draw(20, 100), Draw(20, 100))).ToList();
        var sizes = Enumerable.Range(0, tasks).Select(_ => new Amounts(Draw(10, 1000), Draw(10, 1000), Draw(10, 1000))).ToList();
        var weights = Enumerable.Range(0, tasks).Select(_ => 1 + (spread * Draw(0, 1))).ToList();
        groups = kinds > 0 ? [.. groups.Select((_, i) => groups[i % kinds])] : groups;
        (sizes, weights) = kinds > 0 ? ([.. sizes.Select((_, j) => sizes[j % kinds])], [.. weights.Select((_, j) => weights[j % kinds])]) : (sizes, weights);
        var scale = load * groups.Sum(static g => g.Sum) / sizes.Sum(static s => s.Sum);
        var copies = whole ? Math.Max(1, (int)(scale * 20)) : 1;
        return new()
        {
            TemperatureLimitCelsius = 30,
            Fans = new Dictionary<string, FanTable> { ["a"] = Fan(rise), ["b"] = Fan(rise / 2) },
            Nodes = [.. groups.Select((g, i) => new NodeGroup { Name = $"n{i}", Compute = g.Compute, Storage = g.Storage, Bandwidth = g.Bandwidth, Fan = i % 2 == 0 ? "a" : "b" })],
            Tasks = [.. sizes.Select((s, j) => new TaskGroup
            {
                Name = $"t{j}", Count = copies, Compute = s.Compute * scale / copies, Storage = s.Storage * scale / copies, Bandwidth = s.Bandwidth * scale / copies, Weight = weights[j], Divisible = !whole,
            })],
        };

        double Draw(double low, double high) => low + ((high - low) * ((state = SplitMix.Next(state)) >> 11) / (1UL << 53));
    }

    private static FanTable Fan(double rise) => new()
    {
        StartPercent = 50,
        Levels =
        [
            new() { Percent = 50, TemperatureCelsius = 20, EfficiencyIndex = 1.2, RiseCelsius = rise },
            new() { Percent = 60, TemperatureCelsius = 21, EfficiencyIndex = 1.1, RiseCelsius = rise * 0.9 },
            new() { Percent = 70, TemperatureCelsius = 22, EfficiencyIndex = 1.1, RiseCelsius = rise * 0.6 },
        ],
    };

    private static long PeakMebibytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 >> 20;
    }
}
