using Datahall.Optimization.Energy;

namespace Datahall.Optimization.Tests.Energy.Whole;

public sealed class WholeAllocationTests
{
    private const int Sites = 30;

    [Fact]
    public void Solve_agrees_with_another_formulation_on_random_sites_with_indivisible_tasks_and_gangs()
    {
        for (var seed = 1UL; seed <= Sites; seed++)
        {
            var model = Halls.Random(seed, whole: true);

            var plan = EnergyOptimizerTests.Plan(model);

            var levels = plan.Fans.ToDictionary(static f => f.Name, f => model.Fans[f.Name].Levels.Single(l => l.Percent == f.Percent));
            EnergyOptimizerTests.Close(FullProgram.Solve(model, levels, "SCIP")!.Value, plan.Objective, seed);
            EnergyOptimizerTests.Close(Halls.Recount(model, plan), plan.Objective, seed);
            Assert.True(plan.Bound >= FullProgram.Best(model, "SCIP") - 1e-6, $"seed {seed}");
        }
    }

    [Fact]
    public void Solve_rounds_large_sites_to_a_plan_that_holds_within_its_stated_bound()
    {
        var short_ = 0;
        for (var seed = 1UL; seed <= Sites; seed++)
        {
            var model = Halls.Random(seed, whole: true);

            var (rounded, exact) = (EnergyOptimizerTests.Plan(model, new() { MostExactPairs = 0 }), EnergyOptimizerTests.Plan(model));

            EnergyOptimizerTests.Close(Halls.Recount(model, rounded), rounded.Objective, seed);
            Assert.True(rounded.Bound >= exact.Objective - 1e-6, $"seed {seed}: bound {rounded.Bound}, exact {exact.Objective}");
            short_ += rounded.Objective < exact.Objective - 1e-6 ? 1 : 0;
        }

        Assert.InRange(short_, 1, Sites / 2); // It is a heuristic, and a good one.
    }

    [Fact]
    public void Solve_agrees_with_trying_everything_on_tiny_sites()
    {
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var state = Scheduling.SplitMix.Next(seed);
            var model = Halls.Still(
                [.. Enumerable.Range(0, 2).Select(i => Halls.Node($"n{i}", 3 + Draw(8), 3 + Draw(8), 3 + Draw(8)))],
                [.. Enumerable.Range(0, 5).Select(j => Halls.Task($"t{j}", Draw(6), 1 + Draw(6), Draw(6)) with { Divisible = false, Weight = 1 + Draw(3) })]);

            EnergyOptimizerTests.Close(Everything(model, 0, [new double[3], new double[3]]) - 40, EnergyOptimizerTests.Plan(model).Objective, seed);

            int Draw(int below) => (int)((state = Scheduling.SplitMix.Next(state)) % (ulong)below);
        }
    }

    [Fact]
    public void Solve_places_a_gang_in_full_or_not_at_all()
    {
        // Three of four members would fit beside the other task; all four fit only without it.
        var model = Halls.Still(
            [Halls.Node("n", 10, 10, 10, 2)],
            Halls.Task("gang", 5, 5, 5, 4) with { Divisible = false, Gang = true },
            Halls.Task("rival", 6, 6, 6) with { Divisible = false, Weight = 2 });

        var plan = EnergyOptimizerTests.Plan(model);

        Assert.Equal([4, 0], plan.Tasks.Select(static t => t.Copies));
        Assert.Equal([(0, 2.0), (1, 2.0)], plan.Allocation.Select(static p => (p.Node!.Value, p.Copies)));
        Assert.Equal((20, 0), (plan.Objective, plan.Gap));
    }

    [Fact]
    public void Solve_says_that_a_whole_task_that_must_be_placed_fits_no_node()
    {
        var model = Halls.Still([Halls.Node("n", 10, 10, 10, 2)], Halls.Task("big", 15, 15, 15) with { Divisible = false, Must = true });

        var refusal = EnergyOptimizer.Solve(model).Refusal!;

        Assert.Equal(EnergyRefusalKind.NotFound, refusal.Kind);
        Assert.StartsWith("found no place for all tasks that must be placed ('big')", refusal.Message, StringComparison.Ordinal);
    }

    // Each task on one of two nodes, or nowhere.
    private static double Everything(EnergyModel model, int task, double[][] used)
    {
        if (task == model.Tasks.Count)
        {
            return 0;
        }

        var (at, best) = (model.Tasks[task], Everything(model, task + 1, used));
        double[] size = [at.Compute, at.Storage, at.Bandwidth];
        for (var n = 0; n < used.Length; n++)
        {
            double[] capacity = [model.Nodes[n].Compute!.Value, model.Nodes[n].Storage!.Value, model.Nodes[n].Bandwidth!.Value];
            double[] with = [used[n][0] + size[0], used[n][1] + size[1], used[n][2] + size[2]];
            if (with.Zip(capacity).All(static p => p.First <= p.Second))
            {
                best = Math.Max(best, (at.Weight * size.Sum()) + Everything(model, task + 1, [.. used.Select((u, i) => i == n ? with : u)]));
            }
        }

        return best;
    }
}
