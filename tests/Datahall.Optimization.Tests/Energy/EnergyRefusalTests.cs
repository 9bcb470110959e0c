using Datahall.Optimization.Energy;

namespace Datahall.Optimization.Tests.Energy;

public sealed class EnergyRefusalTests
{
    [Fact]
    public void Solve_names_the_fan_without_a_level_within_the_limit() => Refused(
        Halls.TenNodes with { TemperatureLimitCelsius = 19 },
        EnergyRefusalKind.Infeasible,
        "no level of the fan 'hall' keeps its nodes within 19 °C: the coolest is 50 % at 20 °C; raise the limit or give a cooler level");

    [Fact]
    public void Solve_names_the_fan_that_cannot_get_to_a_level_within_the_limit() => Refused(
        Halls.TenNodes with
        {
            TemperatureLimitCelsius = 21,
            Fans = new Dictionary<string, FanTable> { ["hall"] = Halls.Fan(50, (50, 25, 1, 0), (60, 24, 1, 0), (70, 20, 1, 0)) with { MaxStepPercent = 10 } },
        },
        EnergyRefusalKind.Infeasible,
        "the fan 'hall' cannot come from 50 % to a level within 21 °C, such as 70 % at 20 °C; allow larger steps or more stages");

    [Fact]
    public void Solve_names_what_must_be_placed_and_is_too_much() => Refused(
        Halls.TenNodes with { Tasks = [Halls.Task("task", 100, 80, 100, 6) with { Must = true }] },
        EnergyRefusalKind.Infeasible,
        "the tasks that must be placed ask for 600 compute of 500 and 600 bandwidth of 500 that the nodes have: 'task'; add nodes, or take must off");

    [Fact]
    public void Solve_names_what_must_be_placed_and_finds_no_node_with_all_it_needs() => Refused(
        Halls.Still([Halls.Node("fast", 100, 0, 10), Halls.Node("large", 10, 100, 10)], Halls.Task("both", 20, 20, 1) with { Must = true }, Halls.Task("other", 1, 1, 0)),
        EnergyRefusalKind.Infeasible,
        "no allocation places all that must be placed: at best 50 % of 'both'; nodes are full: 'fast' of storage, 'large' of compute; add nodes, or take must off");

    [Fact]
    public void Solve_counts_heat_against_what_must_be_placed() => Refused(
        Halls.TenNodes with
        {
            Fans = new Dictionary<string, FanTable> { ["hall"] = Halls.Fan(50, (50, 20, 1.2, 40), (60, 25, 1, 10)) },
            Tasks = [Halls.Task("task", 100, 100, 100, 4) with { Must = true }],
        },
        EnergyRefusalKind.Infeasible,
        "the tasks that must be placed ask for 400 compute of 250 that the nodes have within 30 °C: 'task'; add nodes, or take must off");

    [Fact]
    public void Solve_names_what_has_no_bound() => Refused(
        Halls.Still([Halls.Node("n", 10, 10, 10) with { Storage = null, Bandwidth = null }], Halls.Task("archive", 0, 1, 1) with { Elastic = true }),
        EnergyRefusalKind.Unbounded,
        "the objective has no bound: the task 'archive' is elastic, and nodes 'n' have no limit on anything it asks for; give them one, or the task a count");

    [Fact]
    public void Solve_fills_what_is_left_with_an_elastic_task()
    {
        var model = Halls.Still([Halls.Node("n", 10, 10, 10) with { Storage = null }], Halls.Task("archive", 1, 1, 0) with { Elastic = true }, Halls.Task("first", 2, 0, 5, 2));

        var plan = EnergyOptimizerTests.Plan(model);

        Assert.Equal((6.0, 2.0), (Math.Round(plan.Tasks[0].Copies, 9), Math.Round(plan.Tasks[1].Copies, 9)));
        Assert.Equal((1.0, null, 1.0), (plan.Utilisation.Compute, plan.Utilisation.Storage, plan.Utilisation.Bandwidth));
    }

    [Fact]
    public void Solve_moves_to_the_level_that_bears_what_must_be_placed()
    {
        // At 50 % half of the compute may be in use; at 90 % all of it.
        var model = Halls.TenNodes with
        {
            Fans = new Dictionary<string, FanTable> { ["hall"] = Halls.Fan(50, (50, 20, 1, 20), (90, 20, 1.5, 10)) },
            Tasks = [Halls.Task("task", 100, 100, 100, 5) with { Must = true }],
        };

        var plan = EnergyOptimizerTests.Plan(model);

        Assert.Equal((90.0, 30.0), (plan.FanPercent, plan.AverageTemperatureCelsius));
        Assert.Equal(Halls.Recount(model, plan), plan.Objective, 9);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void Check_refuses_bad_numbers_everywhere(double bad)
    {
        var model = Halls.TenNodes with
        {
            TemperatureLimitCelsius = bad * 1000,
            Weights = new() { Compute = bad, Temperature = bad },
            Fans = new Dictionary<string, FanTable> { ["hall"] = Halls.Fan(50, (50, bad * 1000, bad, bad), (bad, 20, 1, 0)) },
            Nodes = [Halls.Node("n", bad, bad, bad)],
            Tasks = [Halls.Task("t", bad, bad, bad) with { Weight = bad }],
        };

        var paths = EnergyModelRules.Check(model).Select(static e => e.Path);

        Assert.Equal(
            [
                "temperatureLimitCelsius", "weights.compute", "weights.temperature", "fans.hall.levels[0].temperatureCelsius", "fans.hall.levels[0].riseCelsius", "fans.hall.levels[0].efficiencyIndex",
                "fans.hall.levels[1].percent", "nodes[0].compute", "nodes[0].storage", "nodes[0].bandwidth", "tasks[0].compute", "tasks[0].storage", "tasks[0].bandwidth", "tasks[0].weight",
            ],
            paths);
        Assert.Throws<ArgumentException>(() => EnergyOptimizer.Solve(model));
    }

    [Fact]
    public void Check_refuses_what_contradicts_itself()
    {
        var model = Halls.TenNodes with
        {
            Fans = new Dictionary<string, FanTable> { ["hall"] = Halls.Fan(55, (50, 20, 1, 5), (50, 21, 1, 5)), ["idle"] = Halls.Fan(50, (50, 20, 1, 0)) },
            Nodes = [Halls.Node("n", 1, 1, 1) with { Compute = null }, Halls.Node("n", 1, 1, 1, fan: "roof")],
            Tasks = [Halls.Task("t", 0, 0, 0), Halls.Task("u", 1, 1, 1) with { Elastic = true, Must = true }],
        };

        var errors = EnergyModelRules.Check(model).Select(static e => $"{e.Path}: {e.Message}");

        Assert.Equal(
            [
                "fans.hall.levels[1].percent: the level 50 is given twice; a level has one temperature and one efficiency index",
                "fans.hall.startPercent: 55 is none of the levels 50, 50",
                "fans.idle: no nodes are cooled by the fan 'idle'; name it in their field fan, or drop it",
                "nodes[1].name: the name 'n' is given twice, first as nodes[0]; names tell results apart",
                "nodes[0].compute: the fan 'hall' has levels with riseCelsius, which counts the part of a node's compute that is in use; give the node's compute",
                "nodes[1].fan: there is no fan 'roof'; there are hall, idle",
                "tasks[0]: the task 't' asks for nothing; give compute, storage or bandwidth",
                "tasks[1].elastic: the task 'u' takes as much as there is, so it cannot be placed in full (must) too; drop one of the two",
            ],
            errors);
    }

    private static void Refused(EnergyModel model, EnergyRefusalKind kind, string message)
    {
        var outcome = EnergyOptimizer.Solve(model);

        Assert.Null(outcome.Plan);
        Assert.Equal(message, outcome.Refusal!.Message);
        Assert.Equal(kind, outcome.Refusal.Kind);
    }
}
