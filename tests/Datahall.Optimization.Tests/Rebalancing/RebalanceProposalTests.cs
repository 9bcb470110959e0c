using Datahall.Optimization.Rebalancing;
using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Placement;

namespace Datahall.Optimization.Tests.Rebalancing;

public sealed class RebalanceProposalTests
{
    [Fact]
    public void Make_joins_free_room_within_the_owners_budget()
    {
        var moves = RebalanceProposal.Make(Scattered(budget: 1, workLost: 0), new() { Policy = "fragmentation", MostMoves = 10 });

        Assert.Single(moves);
    }

    [Fact]
    public void Make_moves_nothing_that_loses_more_work_than_room_is_won() =>
        Assert.Empty(RebalanceProposal.Make(Scattered(budget: 9, workLost: 100_000), new() { Policy = "fragmentation", MostMoves = 10 }));

    [Fact]
    public void Make_moves_fit_each_without_the_others()
    {
        var problem = Scattered(budget: 9, workLost: 0);
        var moves = RebalanceProposal.Make(problem, new() { Policy = "fragmentation", MostMoves = 10 });

        var cluster = problem.ToCluster();

        Assert.NotEmpty(moves);
        Assert.All(moves, m =>
        {
            var task = problem.Movable.Single(t => t.Name == m.Task);
            Assert.True(cluster.CanTake(cluster.SlotOf(m.To), task.Request, m.Devices), m.Task);
            cluster.Take(task.Holding with { Node = m.To, Devices = m.Devices });
        });
    }

    // Four nodes of 8 GPUs, half a GPU taken on each by a replica of one service; and four that wide work has whole, so that more such work is expected.
    private static PlacementProblem Scattered(int budget, double workLost)
    {
        var request = A.Request(500);
        var held = Enumerable.Range(0, 4).Select(i => new Holding($"n{i}", request.CpuMilli, request.MemoryBytes, [0], 500, 0)).ToList();
        return new(
            1,
            [
                .. held.Select(h => A.Node(h.Node, held: h)),
                .. Enumerable.Range(0, 4).Select(i => A.Node($"w{i}", held: new Holding($"w{i}", 8000, 1L << 30, [0, 1, 2, 3, 4, 5, 6, 7], 1000, 0))),
            ],
            [],
            [A.Gang("wide", 50, A.Request(8000))],
            [.. held.Select((h, i) => new MovableTask($"web-{i}", request, h, workLost, "service/web", budget))]);
    }
}
