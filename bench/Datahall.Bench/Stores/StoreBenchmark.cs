using System.Diagnostics;
using System.Globalization;
using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Server.Stores;

namespace Datahall.Bench.Stores;

/// <summary>What the SQLite store does on this disk: 100,000 tasks with an event each, in batches of several sizes.</summary>
internal static class StoreBenchmark
{
    private const int Tasks = 100_000;

    /// <summary>Prints a table. Each line is durable work: the clock stops when the last batch is acknowledged.</summary>
    /// <param name="parent">Where to make the store's directory; it is removed afterwards.</param>
    public static async Task RunAsync(string parent)
    {
        var directory = Directory.CreateDirectory(Path.Combine(parent, $"datahall-bench-{Environment.ProcessId}")).FullName;
        var file = Path.Combine(directory, "store.db");
        Print("one task as JSON", $"{ResourceJson.Write(SampleTask.Make(0, 1)).Length} B");
        Measure("write JSON", Tasks, static () => Repeat(static task => ResourceJson.Write(task).Length));
        foreach (var size in new[] { 100, 1000, 100, 1000 })
        {
            File.Delete(file);
            await using var store = await SqliteStore.OpenAsync(file, new(), CancellationToken.None);
            await MeasureAsync($"create, batches of {size}, one after the other", Tasks, () => WriteAsync(store, size, 0, 1));
            await MeasureAsync($"update, batches of {size}, 8 at a time", Tasks, () => WriteAsync(store, size, 1, 8));
        }

        await MeasureAsync("open and list", Tasks, async () =>
        {
            await using var store = await SqliteStore.OpenAsync(file, new(), CancellationToken.None);
            await store.ListAsync(null, CancellationToken.None);
        });
        await using (var store = await SqliteStore.OpenAsync(file, new(), CancellationToken.None))
        {
            await MeasureAsync("single changes, 1 caller", 2_000, () => CallAsync(store, 1, 2_000));
            await MeasureAsync("single changes, 64 callers", 50_000, () => CallAsync(store, 64, 50_000));
        }

        Print("file", $"{new FileInfo(file).Length / 1e6:0} MB");
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>Writes all tasks, keeping some batches under way.</summary>
    private static async Task WriteAsync(SqliteStore store, int size, int round, int underWay)
    {
        var writes = new Queue<Task<WriteConflict?>>();
        var start = store.Revision;
        for (var batch = 0; batch < Tasks / size; batch++)
        {
            if (writes.Count == underWay)
            {
                Require(await writes.Dequeue());
            }

            var revision = start + batch + 1;
            var changes = Enumerable.Range(batch * size, size)
                .Select(i => new Change(new(ResourceKinds.Task, SampleTask.Name(i)), round == 0 ? 0 : revision - start, SampleTask.Make(i, revision)));
            writes.Enqueue(store.WriteAsync(new(revision, [.. changes], Events(revision, batch * size, size, round)), CancellationToken.None));
        }

        while (writes.TryDequeue(out var write))
        {
            Require(await write);
        }
    }

    private static List<ControlEvent> Events(long revision, int first, int size, int round) =>
    [
        .. Enumerable.Range(first, size).Select(i => new ControlEvent(
            ((long)round * Tasks) + i + 1,
            DateTimeOffset.UnixEpoch.AddSeconds(revision),
            new(ResourceKinds.Task, SampleTask.Name(i)),
            EventSeverity.Normal,
            "Placed",
            "placed on node-0042: best fit of 17 nodes")),
    ];

    private static async Task CallAsync(SqliteStore store, int callers, int writes)
    {
        var turn = new Lock();
        var left = writes;
        var next = store.Revision + 1;
        Task<WriteConflict?>? Begin()
        {
            lock (turn)
            {
                var revision = next++;
                var name = string.Create(CultureInfo.InvariantCulture, $"one-{revision}");
                var task = SampleTask.Make(0, revision) with { Name = name };
                return left-- > 0 ? store.WriteAsync(new(revision, [new(task.Key, 0, task)], []), CancellationToken.None) : null;
            }
        }

        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Begin() is { } write)
            {
                Require(await write);
            }
        })));
    }

    private static void Require(WriteConflict? conflict)
    {
        if (conflict is not null)
        {
            throw new InvalidOperationException($"met {conflict}");
        }
    }

    private static void Repeat(Func<TaskResource, int> work)
    {
        for (var i = 0; i < Tasks; i++)
        {
            work(SampleTask.Make(i, i));
        }
    }

    private static void Measure(string what, int count, Action work)
    {
        var start = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        work();
        Report(what, count, start);
    }

    private static async Task MeasureAsync(string what, int count, Func<Task> work)
    {
        var start = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await work();
        Report(what, count, start);
    }

    /// <summary>Prints the rate by the clock, and the processor time: that one is the store's alone on a machine that is shared.</summary>
    private static void Report(string what, int count, (long Timestamp, TimeSpan Cpu) start)
    {
        var took = Stopwatch.GetElapsedTime(start.Timestamp).TotalSeconds;
        var cpu = (Environment.CpuUsage.TotalTime - start.Cpu).TotalSeconds;
        Print(what, string.Create(CultureInfo.InvariantCulture, $"{count / took,10:0}/s  {took,7:0.00} s  {cpu,7:0.00} s of processor"));
    }

    private static void Print(string what, string result) => Console.WriteLine($"{what,-50}{result}");
}
