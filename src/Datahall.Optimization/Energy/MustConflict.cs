using System.Globalization;
using Datahall.Optimization.Energy.Allocation;
using Datahall.Optimization.Energy.Fans;

namespace Datahall.Optimization.Energy;

/// <summary>Says why what must be placed cannot be.</summary>
internal sealed class MustConflict(Hall hall, LevelChoice choice, EnergyOptions options)
{
    private const int MostNamed = 5;
    private const double Full = 1 - 1e-6;

    public EnergyRefusal Explain()
    {
        // At the levels that bear the most load: what does not fit there fits at no other.
        var levels = choice.Roomiest();
        var program = hall.Program(f => hall.LoadLimit(choice.Level(f, levels[f])), static _ => 0);
        var there = program.Supplies.Aggregate(default(Amounts), static (sum, s) => sum + s.Capacity);
        var must = hall.Demands.Where(static d => d.Must).Aggregate(default(Amounts), static (sum, d) => sum + d.Size);
        var short_ = Enumerable.Range(0, Amounts.Count).Where(r => must[r] > there[r] * (1 + 1e-9)).ToList();
        if (short_.Count > 0)
        {
            return Infeasible($"the tasks that must be placed ask for {string.Join(" and ", short_.Select(r => Text($"{must[r]:0.######} {Amounts.NameOf(r)} of {there[r]:0.######}")))} that the nodes have{Within()}: {Names(MustTasks())}; add nodes, or take must off");
        }

        return Partly(program, there);
    }

    // The most that can be placed, each task by how much of the hall it takes: what is left over, and which nodes are full, is the conflict.
    private EnergyRefusal Partly(AllocationProblem program, Amounts there)
    {
        var eased = program with { Demands = [.. hall.Demands.Select(d => d with { Must = false, Value = d.Must ? Enumerable.Range(0, Amounts.Count).Sum(r => there[r] > 0 ? d.Size[r] / there[r] : 0) : 0 })] };
        var solved = LinearAllocation.Solve(eased, options.Linear)!;
        var placed = solved.Placed(hall.Demands.Count);
        var left = MustTasks().Where(j => placed[j] < Full).ToList();
        if (left.Count == 0)
        {
            return new(EnergyRefusalKind.NotFound, $"found no place for all tasks that must be placed ({Names(MustTasks())}), though their parts would fit: some are gangs or indivisible, or the hall is nearly full; it may be infeasible");
        }

        var full = Enumerable.Range(0, program.Supplies.Count).Select(g => (Group: g, On: Enumerable.Range(0, Amounts.Count).Where(r => solved.Prices[g][r] > 1e-12).ToList()))
            .Where(static f => f.On.Count > 0).Select(f => $"'{hall.Model.Nodes[f.Group].Name}' of {string.Join(" and ", f.On.Select(Amounts.NameOf))}").ToList();
        return Infeasible(
            $"no allocation places all that must be placed: at best {string.Join(", ", left.Take(MostNamed).Select(j => Text($"{placed[j] * 100:0.##} % of '{hall.Model.Tasks[j].Name}'")))}{More(left.Count)}; nodes are full{Within()}: {string.Join(", ", full.Take(MostNamed))}{More(full.Count)}; add nodes, or take must off");
    }

    private List<int> MustTasks() => [.. Enumerable.Range(0, hall.Demands.Count).Where(j => hall.Demands[j].Must)];

    private string Names(List<int> tasks) => string.Join(", ", tasks.Take(MostNamed).Select(j => $"'{hall.Model.Tasks[j].Name}'")) + More(tasks.Count);

    private string Within() => hall.Tables.Any(static t => t.Levels.Any(static l => l.RiseCelsius > 0)) ? Text($" within {hall.Model.TemperatureLimitCelsius} °C") : "";

    private static string More(int count) => count > MostNamed ? Text($" and {count - MostNamed} more") : "";

    private static EnergyRefusal Infeasible(string message) => new(EnergyRefusalKind.Infeasible, message);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
