using Datahall.Optimization.Energy.Fans;

namespace Datahall.Optimization.Energy;

/// <summary>Turns a solution into the plan that people read.</summary>
internal static class PlanMaker
{
    public static EnergyPlan Make(Hall hall, LevelChoice choice, IReadOnlyList<int> levels, Placing placing, double objective, double bound, IReadOnlyList<double> rounds)
    {
        var model = hall.Model;
        var fans = levels.Select((l, f) => Fan(hall, choice.Level(f, l), l, f, placing)).ToList();
        var nodes = model.Nodes.Select((n, g) => new NodePlan(
            n.Name,
            n.Count,
            Utilisation(hall, placing, [g]),
            Temperature(choice.Level(hall.FanOf[g], levels[hall.FanOf[g]]), Load(hall, placing, g)),
            Amounts.Each(r => hall.IsLimited(g, r) ? placing.Relaxed.Prices[g][r] : 0))).ToList();
        var all = fans.Sum(static f => f.Nodes);
        return new(
            Utilisation(hall, placing, [.. Enumerable.Range(0, nodes.Count)]),
            fans.Sum(static f => f.Percent * f.Nodes) / all,
            fans.Sum(static f => f.AverageTemperatureCelsius * f.Nodes) / all,
            fans.Sum(static f => f.EfficiencyIndex * f.Nodes),
            objective,
            bound,
            rounds,
            fans,
            nodes,
            [.. model.Tasks.Select((t, j) => new TaskPlan(t.Name, placing.Placed[j] * hall.Copies[j], placing.Relaxed.DemandPrices[j] / hall.Copies[j]))],
            placing.Parts.Select(p => new PlacedPart(model.Tasks[p.Task].Name, model.Nodes[p.Group].Name, p.Node, p.Fraction * hall.Copies[p.Task])));
    }

    private static FanPlan Fan(Hall hall, FanLevel level, int index, int fan, Placing placing) => new(
        hall.FanNames[fan],
        level.Percent,
        hall.Routes[fan].RouteTo(index),
        Temperature(level, placing.Busy(hall, fan) / hall.NodesOf[fan]),
        level.EfficiencyIndex,
        hall.NodesOf[fan]);

    private static double Temperature(FanLevel level, double load) => level.TemperatureCelsius + (level.RiseCelsius * load);

    private static double Load(Hall hall, Placing placing, int group) =>
        hall.Capacity[group].Compute > 0 ? placing.Used[group].Compute / (hall.Capacity[group].Compute * hall.Model.Nodes[group].Count) : 0;

    private static Utilisation Utilisation(Hall hall, Placing placing, IReadOnlyList<int> groups)
    {
        return new(Of(0), Of(1), Of(2));

        double? Of(int resource)
        {
            var limited = groups.Where(g => hall.IsLimited(g, resource)).ToList();
            var there = limited.Sum(g => hall.Capacity[g][resource] * hall.Model.Nodes[g].Count);
            return there > 0 ? Math.Min(1, limited.Sum(g => placing.Used[g][resource]) / there) : null;
        }
    }
}
