using Datahall.Energy.Consolidation;
using Datahall.Energy.Servers;

namespace Datahall.Energy.Tests.Consolidation;

public sealed class PowerAwareConsolidationTests
{
    private static readonly ConsolidationHost Efficient = new(100, 100, double.PositiveInfinity, ServerPowerModel.Linear(50, 100));
    private static readonly ConsolidationHost Old = new(100, 100, double.PositiveInfinity, ServerPowerModel.Linear(80, 150));

    [Fact]
    public void The_least_efficient_hosts_are_emptied_onto_the_fullest()
    {
        var planner = new PowerAwareConsolidation([Old, Efficient, Efficient], [1, 1, 1], new());
        int[] hostOf = [0, 1, 2];

        var moves = planner.Step([10, 40, 20], hostOf, [true, true, true]);

        Assert.Equal([new VmMove(0, 0, 1), new VmMove(2, 2, 1)], moves);
        Assert.Equal([1, 1, 1], hostOf);
    }

    [Fact]
    public void A_host_is_emptied_wholly_or_not_at_all()
    {
        var planner = new PowerAwareConsolidation([Old, Efficient, Efficient], [1, 1, 1, 1], new());
        int[] hostOf = [0, 0, 1, 2];

        Assert.Empty(planner.Step([40, 25, 40, 40], hostOf, [true, true, true])); // 40 finds no room below 75, so that 25 stays too.
        Assert.Equal([0, 0, 1, 2], hostOf);
    }

    [Fact]
    public void An_overloaded_host_gives_away_the_smallest_machine_that_suffices_and_wakes_a_host_if_none_has_room()
    {
        var planner = new PowerAwareConsolidation([Efficient, Efficient, Old], [8, 2, 4, 1], new());
        int[] hostOf = [0, 0, 0, 1];

        Assert.Empty(planner.Step([40, 35, 30, 80], hostOf, [true, true, false]));
        Assert.Equal([2], planner.Wakes);

        Assert.Equal([new VmMove(1, 0, 2)], planner.Step([40, 35, 30, 80], hostOf, [true, true, true]));
    }

    [Fact]
    public void Memory_is_never_exceeded_and_steady_load_moves_once()
    {
        var random = new Random(5);
        for (var trial = 0; trial < 40; trial++)
        {
            var hosts = Enumerable.Range(0, 12).Select(i => (i % 2 == 0 ? Efficient : Old) with { Memory = 10 }).ToList();
            var memory = Enumerable.Range(0, 20).Select(_ => (double)random.Next(1, 5)).ToList();
            var demand = memory.Select(_ => random.NextDouble() * 12).ToArray();
            int[] hostOf = [.. memory.Select(static (_, i) => i % 12)];
            var planner = new PowerAwareConsolidation(hosts, memory, new());
            var awake = Enumerable.Repeat(true, 12).ToArray();

            planner.Step(demand, hostOf, awake);
            var later = Enumerable.Range(0, 30).Sum(_ => planner.Step(demand, hostOf, awake).Count);

            Assert.All(Enumerable.Range(0, 12), host => Assert.True(
                hostOf.Index().Where(vm => vm.Item == host).Sum(vm => memory[vm.Index]) <= 10, $"trial {trial} of seed 5: host {host} holds too much"));
            Assert.True(later <= 20, $"trial {trial} of seed 5: {later} moves under a steady load");
        }
    }

    [Fact]
    public void Local_regression_follows_a_straight_line_and_refuses_nonsense()
    {
        Assert.Equal(60, LocalRegression.Next([10, 20, 30, 40, 50]), 1e-9);
        Assert.Equal(7, LocalRegression.Next([7, 7, 7, 7]), 1e-9);
        Assert.Equal(4, LocalRegression.Next([3, 4]));
        Assert.Equal(0, LocalRegression.Next([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalRegression.Next([1, double.NaN, 3]));
    }
}
