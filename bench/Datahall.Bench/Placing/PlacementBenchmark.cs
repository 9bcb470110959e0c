using System.Diagnostics;
using System.Globalization;
using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Server.Stores;

namespace Datahall.Bench.Placing;

/// <summary>Submitted, placed, durable: the whole way of 100,000 tasks over 5,000 simulated nodes, with SQLite on disk.</summary>
/// <remarks>Drives the core as the control loop does: a step for what is queued, one commit for the step, and the next step after it.</remarks>
internal static class PlacementBenchmark
{
    private const int Nodes = 5_000;
    private const int Tasks = 100_000;

    public static async Task RunAsync(string directory)
    {
        Console.WriteLine($"{Tasks} tasks over {Nodes} nodes of 128 CPUs and 8 GPUs, SQLite (WAL, synchronous=FULL) in {directory}");
        Console.WriteLine("tasks/gang  jobs/step  placements/s   core      commit    rows       bound by");
        foreach (var (gang, jobsPerStep) in new[] { (1, 512), (8, 64), (64, 8), (1000, 1) })
        {
            var file = Path.Combine(directory, $"datahall-bench-{Guid.NewGuid():N}.db");
            try
            {
                await MeasureAsync(file, gang, jobsPerStep);
            }
            finally
            {
                foreach (var left in Directory.GetFiles(directory, Path.GetFileName(file) + "*"))
                {
                    File.Delete(left);
                }
            }
        }
    }

    private static async Task MeasureAsync(string file, int gang, int jobsPerStep)
    {
        await using var store = await SqliteStore.OpenAsync(file, new(), CancellationToken.None);
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var core = new ControlCore(new(), new(store.Identity, 0, 0, []), now);
        await CommitAsync(store, core.Step([.. Joined()], now));

        var (deciding, committing, rows) = (TimeSpan.Zero, TimeSpan.Zero, 0L);
        var clock = Stopwatch.StartNew();
        for (var job = 0; job * gang < Tasks; job += jobsPerStep)
        {
            var inputs = Enumerable.Range(job, jobsPerStep).Where(n => n * gang < Tasks).Select(n => (Input)new Apply([JobOf(n, gang)])).ToList();
            var start = clock.Elapsed;
            var step = core.Step(inputs, now);
            var decided = clock.Elapsed;
            await CommitAsync(store, step);
            deciding += decided - start;
            committing += clock.Elapsed - decided;
            rows += step.Batch!.Changes.Count + step.Batch.Events.Count;
        }

        var placed = core.Resources.OfType<TaskResource>().Count(t => t.Status.Phase is TaskPhase.Placed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{gang,10} {jobsPerStep,10} {placed / clock.Elapsed.TotalSeconds,13:N0} {deciding.TotalSeconds,7:0.00} s {committing.TotalSeconds,7:0.00} s {rows,9:N0}   {(deciding > committing ? "the core" : "the commit")}"));
    }

    private static async Task CommitAsync(SqliteStore store, Step step)
    {
        if (step.Batch is not null && await store.WriteAsync(step.Batch, CancellationToken.None) is { } conflict)
        {
            throw new InvalidOperationException($"the only writer met a conflict: {conflict}");
        }
    }

    private static IEnumerable<Input> Joined()
    {
        NodeCapacity capacity = new()
        {
            Cpu = new(128_000),
            Memory = new(1L << 40),
            Devices = [.. Enumerable.Repeat(new Device { Model = "H100" }, 8)],
        };
        for (var i = 0; i < Nodes; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"node-{i:D5}");
            yield return new Register(new() { Node = name, Session = name, Capacity = capacity, Address = name });
            yield return new Report(new() { Node = name, Session = name, AppliedRevision = long.MaxValue, Tasks = [] });
        }
    }

    private static Job JobOf(int number, int gang) => new()
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"job-{number}"),
        Spec = new()
        {
            Roles =
            [
                new()
                {
                    Name = "worker",
                    Replicas = gang,
                    Resources = new() { Cpu = new(1000 + (number % 4 * 1000)), Memory = new(4L << 30), Gpu = new(number % 4 == 0 ? 250 : 0) },
                    Run = new() { Process = new() { Command = ["train", "--config", "job.yaml"] } },
                },
            ],
        },
    };
}
