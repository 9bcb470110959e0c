using System.Text.Json;
using Datahall.Optimization.Energy;

namespace Datahall.Optimization.Tests.Energy;

public sealed class EnergyOptimizerTests
{
    private const int Sites = 200;

    [Fact]
    public void Solve_gives_the_published_result_of_ten_nodes()
    {
        var plan = Plan(Halls.TenNodes);

        Assert.Equal((1.0, 1.0, 1.0), (plan.Utilisation.Compute!.Value, plan.Utilisation.Storage!.Value, plan.Utilisation.Bandwidth!.Value));
        Assert.Equal((60.0, 21.0, 1.1), (plan.FanPercent, plan.AverageTemperatureCelsius, plan.Fans[0].EfficiencyIndex));
        Assert.Equal(11, plan.EfficiencyIndexTotal, 12);
        Assert.Equal(1269, plan.Objective, 9); // 3 × 10 × 50 - 10 × 1.1 × 21
        Assert.Equal((0, 2), (plan.Gap, plan.Rounds.Count));
        Assert.Equal([50, 60], plan.Fans[0].RoutePercent);
        Assert.Equal(1269, Halls.Recount(Halls.TenNodes, plan), 9);
    }

    [Fact]
    public void Solve_agrees_with_another_solver_on_random_sites()
    {
        for (var seed = 1UL; seed <= Sites; seed++)
        {
            var model = Halls.Random(seed);

            var plan = Plan(model);

            var levels = plan.Fans.ToDictionary(static f => f.Name, f => model.Fans[f.Name].Levels.Single(l => l.Percent == f.Percent));
            Close(FullProgram.Solve(model, levels, "CLP")!.Value, plan.Objective, seed);
            Close(Halls.Recount(model, plan), plan.Objective, seed);
        }
    }

    [Fact]
    public void Solve_finds_the_best_levels_of_random_sites_and_says_so()
    {
        var beyondFixedPoint = 0;
        for (var seed = 1UL; seed <= Sites; seed++)
        {
            var model = Halls.Random(seed);

            var (plan, fixedPoint) = (Plan(model), Plan(model, new() { MostLevelPrograms = 0 }));

            var best = FullProgram.Best(model, "CLP")!.Value;
            Close(best, plan.Objective, seed);
            Close(best, plan.Bound, seed);
            Assert.True(fixedPoint.Bound >= best - 1e-6, $"seed {seed}: the bound {fixedPoint.Bound} is below {best}");
            Assert.True(fixedPoint.Objective <= best + 1e-6, $"seed {seed}");
            beyondFixedPoint += fixedPoint.Objective < best - 1e-6 ? 1 : 0;
        }

        Assert.InRange(beyondFixedPoint, 1, Sites - 1); // Else the search was for nothing, or the fixed point was.
    }

    [Fact]
    public void Rounds_never_fall()
    {
        var most = 0;
        for (var seed = 1UL; seed <= Sites; seed++)
        {
            var rounds = Plan(Halls.Random(seed)).Rounds;

            Assert.True(rounds.Zip(rounds.Skip(1)).All(static p => p.Second >= p.First), $"seed {seed}: {string.Join(" ", rounds)}");
            most = Math.Max(most, rounds.Count);
        }

        Assert.True(most > 2, "no site took more than two rounds");
    }

    [Fact]
    public void Solve_gives_the_same_plan_for_the_same_model()
    {
        for (var seed = 1UL; seed <= 5; seed++)
        {
            Assert.Equal(JsonSerializer.Serialize(Plan(Halls.Random(seed))), JsonSerializer.Serialize(Plan(Halls.Random(seed))));
        }
    }

    [Fact]
    public void Solve_pools_many_different_nodes_within_the_certified_gap()
    {
        var state = 7UL;
        var model = Halls.Still(
            [.. Enumerable.Range(0, 120).Select(i => Halls.Node($"n{i}", 20 + Draw(80), 20 + Draw(80), 20 + Draw(80)))],
            [.. Enumerable.Range(0, 30).Select(j => Halls.Task($"t{j}", 10 + Draw(900), 10 + Draw(900), 10 + Draw(900)) with { Weight = 1 + (Draw(50) * 0.01) })]);

        var (whole, pooled) = (Plan(model, new() { Linear = new() { MostPairs = 1_000_000 } }), Plan(model, new() { Linear = new() { MostPairs = 1 } }));

        Assert.InRange(pooled.Objective, whole.Objective - (1e-4 * whole.Objective), whole.Objective + 1e-6);
        Assert.InRange(pooled.Bound, whole.Objective - 1e-6, whole.Objective + (1e-4 * whole.Objective));
        Assert.Equal(pooled.Objective, Halls.Recount(model, pooled), 1e-5);

        int Draw(int below) => (int)((state = Scheduling.SplitMix.Next(state)) % (ulong)below);
    }

    [Fact]
    public void Solve_takes_a_million_alike_nodes_as_one_group()
    {
        var plan = Plan(Halls.Still([Halls.Node("many", 50, 50, 50, 1_000_000), Halls.Node("few", 100, 100, 100, 10)], Halls.Task("t", 10, 20, 30, 2_000_000)));

        Assert.Equal(1, plan.Utilisation.Bandwidth!.Value, 9);
        Assert.Equal(50_001_000 * 60.0 / 30 - (1_000_010 * 20.0), plan.Objective, 1e-3);
    }

    [Theory]
    [InlineData("GLOP")]
    [InlineData("CLP")]
    public void Solve_bears_degenerate_models(string solver)
    {
        var options = new EnergyOptions { Linear = new() { Solver = solver } };

        // Every node fits every task exactly, in every way; a node without anything; a task too large for any node, in part.
        var even = Plan(Halls.Still([.. Enumerable.Range(0, 8).Select(i => Halls.Node($"n{i}", 10, 10, 10))], [.. Enumerable.Range(0, 8).Select(j => Halls.Task($"t{j}", 10, 10, 10))]), options);
        var empty = Plan(Halls.Still([Halls.Node("none", 0, 0, 0), Halls.Node("half", 10, 0, 10)], Halls.Task("a", 1, 1, 0), Halls.Task("b", 40, 0, 0)), options);
        var nothing = Plan(Halls.Still([Halls.Node("none", 0, 0, 0)]), options);

        Assert.Equal(240 - 160, even.Objective, 9);
        Assert.Equal(10 - 40, empty.Objective, 9);
        Assert.Equal(0.25, empty.Tasks[1].Copies, 9);
        Assert.Equal((-20, null), (nothing.Objective, nothing.Utilisation.Compute));
    }

    [Fact]
    public void Shadow_prices_are_what_more_is_worth()
    {
        EnergyModel Model(double compute, int tasks) => Halls.Still([Halls.Node("n", compute, 100, 100)], Halls.Task("a", 10, 1, 1, 30), Halls.Task("b", 1, 1, 1, tasks));

        var plan = Plan(Model(100, 20));

        Assert.Equal(Plan(Model(101, 20)).Objective - plan.Objective, plan.Nodes[0].ShadowPrices.Compute, 9);
        Assert.Equal(Plan(Model(100, 21)).Objective - plan.Objective, plan.Tasks[1].ShadowPrice, 9);
        Assert.Equal(1.2, plan.Nodes[0].ShadowPrices.Compute, 9);
        Assert.Equal(0, plan.Nodes[0].ShadowPrices.Storage, 9);
    }

    internal static EnergyPlan Plan(EnergyModel model, EnergyOptions? options = null)
    {
        var outcome = EnergyOptimizer.Solve(model, options);
        Assert.Null(outcome.Refusal);
        return outcome.Plan!;
    }

    internal static void Close(double expected, double actual, ulong seed) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-6 * Math.Max(1, Math.Abs(expected)), $"seed {seed}: {actual} is not {expected}");
}
