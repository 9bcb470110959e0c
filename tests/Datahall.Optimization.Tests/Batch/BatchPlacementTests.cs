using System.Text.Json;
using Datahall.Optimization.Batch;
using Datahall.Scheduling.Batch;

namespace Datahall.Optimization.Tests.Batch;

public sealed class BatchPlacementTests
{
    // The worked example of docs/scheduling/optimisation.md.
    private static readonly PlacementProblem Worked = A.Problem(
        [A.Node("n1"), A.Node("n2")],
        [
            A.Gang("a", 50, A.Request(3000)), A.Gang("b", 50, A.Request(4000)), A.Gang("c", 50, A.Request(3000)),
            A.Gang("d", 50, A.Request(4000)), A.Gang("e", 50, A.Request(2000)),
        ]);

    [Fact]
    public void Solve_places_all_where_greedy_leaves_one_out()
    {
        var result = A.Solve(Worked);

        Assert.Equal(["a", "b", "c", "d"], result.Greedy.Admitted.Select(a => a.Gang));
        Assert.Equal(["e"], result.Greedy.Refused.Select(r => r.Gang));
        Assert.Equal("0/2 nodes: 2 lack 2 free GPUs", result.Greedy.Refused[0].Reason);
        Assert.Equal(["a", "b", "c", "d", "e"], result.Best.Admitted.Select(a => a.Gang));
        Assert.Equal((14_000, 16_000), (result.Greedy.Demand.GpuMilli, result.Best.Demand.GpuMilli));
        Assert.Equal((BatchSolver.CpSat, true), (result.Solver, result.IsProven));
        PlanCheck.IsFeasible(Worked, result.Best);
    }

    [Fact]
    public void Solve_by_a_linear_program_places_the_worked_example_too()
    {
        var result = A.Solve(Worked, A.Options with { MostExactFillings = 0 });

        Assert.Equal((BatchSolver.LinearProgram, 5), (result.Solver, result.Best.Admitted.Count));
        PlanCheck.IsFeasible(Worked, result.Best);
    }

    [Fact]
    public void Solve_places_one_gang_of_several_shapes_whole()
    {
        var problem = A.Problem([A.Node("n1"), A.Node("n2")], [A.Gang("g", 50, A.Request(3000), A.Request(4000), A.Request(3000), A.Request(4000), A.Request(2000))]);

        var result = A.Solve(problem);

        Assert.Empty(result.Greedy.Admitted);
        Assert.StartsWith("its gang of 5 starts together and 4 would fit; for g-4 0/2 nodes:", result.Greedy.Refused[0].Reason, StringComparison.Ordinal);
        Assert.Equal("g", Assert.Single(result.Best.Admitted).Gang);
        PlanCheck.IsFeasible(problem, result.Best);
    }

    [Fact]
    public void Solve_leaves_small_batches_to_greedy() =>
        Assert.Equal(BatchSolver.Greedy, A.Solve(Worked, new()).Solver);

    [Fact]
    public void Solve_needs_no_solver_when_nothing_that_waits_could_fit()
    {
        var problem = A.Problem([A.Node("n1", gpus: 2)], [.. Enumerable.Range(0, 20).Select(i => A.Gang($"g{i}", 50, A.Request(4000)))]);

        var result = A.Solve(problem);

        Assert.Equal(BatchSolver.Greedy, result.Solver);
        Assert.All(result.Best.Refused, r => Assert.Equal("0/1 nodes: 1 lacks 4 free GPUs", r.Reason));
    }

    [Fact]
    public void Solve_gives_scarce_room_to_the_higher_priority()
    {
        // Greedy fails at the high gang, whose roles it packs badly, and gives its room to the low one.
        var problem = A.Problem(
            [A.Node("n1"), A.Node("n2")],
            [
                A.Gang("high", 90, A.Request(3000), A.Request(4000), A.Request(3000), A.Request(4000), A.Request(2000)),
                A.Gang("low", 10, A.Request(1000), A.Request(1000), A.Request(2000)),
            ]);

        var result = A.Solve(problem);

        Assert.Equal(["low"], result.Greedy.Admitted.Select(a => a.Gang));
        Assert.Contains("low", result.Best.Admitted.Select(a => a.Gang)); // What greedy starts is never taken back.
    }

    [Fact]
    public void Solve_keeps_the_limit_of_a_queue_and_names_it()
    {
        var problem = A.Problem(
            [A.Node("n1"), A.Node("n2")],
            [.. Enumerable.Range(0, 6).Select(i => A.GangIn("team", $"g{i}", 50, A.Request(3000)))],
            new QueueRoom("team", new(long.MaxValue, long.MaxValue, 7_000)));

        var result = A.Solve(problem);

        Assert.Equal(["g0", "g1"], result.Best.Admitted.Select(a => a.Gang));
        Assert.Equal("queue team is at its limit: it leaves 1 GPUs and 3 are asked", result.Best.Refused[0].Reason);
    }

    [Theory]
    [InlineData(6_000)]
    [InlineData(0)]
    public void Solve_keeps_every_promise_on_random_batches(int mostExact)
    {
        var better = 0;
        for (var seed = 1UL; seed <= 14; seed++)
        {
            var problem = A.Random(seed, nodes: 6 + (int)(seed % 7), gangs: 10 + (int)(seed % 20));

            var result = A.Solve(problem, A.Options with { MostExactFillings = mostExact, WorkSeconds = 1 });

            PlanCheck.IsFeasible(problem, result.Greedy);
            PlanCheck.IsFeasible(problem, result.Best);
            var started = result.Best.Admitted.Select(a => a.Gang).ToHashSet();
            Assert.True(result.Greedy.Admitted.All(a => started.Contains(a.Gang)), $"seed {seed}: a gang that greedy starts was left out");
            Assert.True(result.Best.Score.CompareTo(result.Greedy.Score) >= 0, $"seed {seed}");
            better += result.IsBetter ? 1 : 0;
        }

        Assert.True(better > 3, $"better in {better} of 14");
    }

    [Fact]
    public void Solve_gives_the_same_plan_for_the_same_batch()
    {
        for (var seed = 1UL; seed <= 3; seed++)
        {
            var problem = A.Random(seed, nodes: 12, gangs: 30);

            var (first, second) = (A.Solve(problem), A.Solve(problem));

            Assert.Equal(JsonSerializer.Serialize(first.Best), JsonSerializer.Serialize(second.Best));
        }
    }
}
