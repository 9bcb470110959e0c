using System.Collections.Concurrent;
using System.Globalization;
using Datahall.Twin.Faults;
using Datahall.Twin.Stores;

namespace Datahall.Twin.Tests.Faults;

public sealed class FaultSimulationTests
{
    /// <summary>How many seeds the everyday run takes; DATAHALL_FAULT_SEEDS says otherwise, as <c>COUNT</c> or <c>FIRST-LAST</c>.</summary>
    private const string Everyday = "1-3000";

    [Fact]
    public void Every_seed_keeps_the_invariants()
    {
        var (first, last) = SeedRange.Parse(Environment.GetEnvironmentVariable("DATAHALL_FAULT_SEEDS") ?? Everyday);
        var failures = new ConcurrentBag<string>();
        var steps = 0L;

        Parallel.For((long)first, (long)last + 1, new() { CancellationToken = TestContext.Current.CancellationToken }, seed =>
        {
            try
            {
                Interlocked.Add(ref steps, FaultSimulation.Run((ulong)seed, null).Steps);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {e.Message}\n  replay: ./datahall simulate --faults --seed {seed}\n{(e is InvariantException ? "" : e.StackTrace)}"));
            }
        });

        TestContext.Current.TestOutputHelper!.WriteLine($"seeds {first} to {last}: {steps} steps of the core");
        Assert.True(failures.IsEmpty, $"{failures.Count} of {last - first + 1} seeds failed:\n{string.Join('\n', failures.Take(10))}");
    }

    [Theory]
    [InlineData(CommitFault.FailBefore)]
    [InlineData(CommitFault.CrashBefore)]
    [InlineData(CommitFault.CrashAfter)]
    public void The_control_plane_may_fail_at_every_commit_point(CommitFault fault)
    {
        var points = Enumerable.Range(1, 10).SelectMany(seed => Enumerable
            .Range(1, FaultSimulation.RunWithCrash((ulong)seed, new(0, CommitFault.None)).Commits)
            .Select(commit => (Seed: (ulong)seed, Commit: commit))).ToList();

        Parallel.ForEach(points, new() { CancellationToken = TestContext.Current.CancellationToken }, point =>
        {
            var failure = Record.Exception(() => FaultSimulation.RunWithCrash(point.Seed, new(point.Commit, fault)));

            Assert.True(failure is null, $"{fault} at commit {point.Commit} (seed {point.Seed}): {failure?.Message}");
        });

        Assert.True(points.Count > 200, $"only {points.Count} commits were tried");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(77)]
    [InlineData(4242)]
    public void The_same_seed_gives_the_same_history_byte_for_byte(ulong seed)
    {
        var (once, again) = (new List<string>(), new List<string>());

        var first = FaultSimulation.Run(seed, once.Add);
        var second = FaultSimulation.Run(seed, again.Add);

        Assert.Equal(once, again);
        Assert.Equal(first, second);
    }
}
