using System.Globalization;
using Google.OrTools.Sat;

namespace Datahall.Optimization.Batch;

/// <summary>Solves a batch in whole numbers with CP-SAT, one priority after the other.</summary>
/// <remarks>One worker, a fixed seed and counted work: the same batch gets the same answer, unless the wall clock's cap strikes first.</remarks>
internal sealed class ExactSolver(BatchModel batch, double workSeconds, TimeSpan mostTime)
{
    // More levels than this share the last one: each is a solve.
    private const int MostLevels = 6;

    private readonly CpModel model = new();
    private readonly List<IntVar> use = [];
    private readonly List<(int Group, BoolVar Starts, long Weight)> extras = [];
    private double work = workSeconds;
    private double seconds = mostTime.TotalSeconds;
    private BatchSolution best = new(batch.GreedyUse, batch.GreedyStarts, false);

    /// <summary>The best solution found; at worst the greedy plan.</summary>
    public BatchSolution Solve()
    {
        AddVariables();
        AddRoom();
        AddLimits();
        var levels = batch.Levels.Take(MostLevels).ToList();
        var proven = true;
        for (var i = 0; i < levels.Count; i++)
        {
            var goal = GoalOf(levels[i], andBelow: i == MostLevels - 1 ? int.MinValue : levels[i]);
            model.Maximize(goal);
            var (status, value) = Run();
            if (value is null)
            {
                return best with { IsProven = false };
            }

            proven &= status is CpSolverStatus.Optimal;
            model.Add(goal >= value.Value);
        }

        model.Minimize(LinearExpr.WeightedSum(use, batch.Fillings.Select(f => batch.Classes[f.Class].IsWhole ? (long)batch.Classes[f.Class].Size : 0L)));
        Run();
        return best with { IsProven = proven };
    }

    private void AddVariables()
    {
        for (var f = 0; f < batch.Fillings.Count; f++)
        {
            use.Add(model.NewIntVar(0, batch.Classes[batch.Fillings[f].Class].Nodes.Count, ""));
        }

        // Who stands earlier counts more, but never as much as two who stand later.
        var line = batch.Groups.SelectMany((g, i) => g.Gangs.Skip(batch.GreedyStarts[i])).Order().ToList();
        for (var g = 0; g < batch.Groups.Count; g++)
        {
            foreach (var gang in batch.Groups[g].Gangs.Skip(batch.GreedyStarts[g]))
            {
                extras.Add((g, model.NewBoolVar(""), (2L * line.Count) - 1 - line.BinarySearch(gang)));
            }
        }

        // Of gangs that are alike the earlier start first.
        for (var i = 1; i < extras.Count; i++)
        {
            if (extras[i].Group == extras[i - 1].Group)
            {
                model.AddImplication(extras[i].Starts, extras[i - 1].Starts);
            }
        }
    }

    // No class has more filled nodes than nodes, and every task that starts has a place in a filling.
    private void AddRoom()
    {
        foreach (var c in Enumerable.Range(0, batch.Classes.Count))
        {
            var of = Enumerable.Range(0, use.Count).Where(f => batch.Fillings[f].Class == c).ToList();
            if (of.Count > 0)
            {
                model.Add(LinearExpr.Sum(of.Select(f => use[f])) <= batch.Classes[c].Nodes.Count);
            }
        }

        for (var s = 0; s < batch.Shapes.Count; s++)
        {
            var supply = Enumerable.Range(0, use.Count).Where(f => batch.Fillings[f].Counts[s] > 0).ToList();
            var asked = extras.Where(e => batch.Groups[e.Group].Needs[s] > 0).ToList();
            var fixedNeed = batch.Groups.Select((g, i) => (long)g.Needs[s] * batch.GreedyStarts[i]).Sum();
            model.Add(LinearExpr.WeightedSum(supply.Select(f => use[f]), supply.Select(f => (long)batch.Fillings[f].Counts[s]))
                >= LinearExpr.WeightedSum(asked.Select(e => e.Starts), asked.Select(e => (long)batch.Groups[e.Group].Needs[s])) + fixedNeed);
        }
    }

    private void AddLimits()
    {
        foreach (var limit in QueueLimit.Of(batch))
        {
            var within = extras.Where(e => limit.Asked[e.Group] > 0).ToList();
            if (within.Count > 0)
            {
                model.Add(LinearExpr.WeightedSum(within.Select(e => e.Starts), within.Select(e => limit.Asked[e.Group])) <= limit.LeftByGreedy);
            }
        }
    }

    private LinearExpr GoalOf(int priority, int andBelow)
    {
        var level = extras.Where(e => batch.Groups[e.Group].First.Priority <= priority && batch.Groups[e.Group].First.Priority >= andBelow).ToList();
        var unit = level.Sum(e => batch.DemandOf(batch.Groups[e.Group])) + 1;
        return LinearExpr.WeightedSum(level.Select(e => e.Starts), level.Select(e => checked((e.Weight * unit) + batch.DemandOf(batch.Groups[e.Group]))));
    }

    // Half of what is left of the budget: an early level that is hard leaves something to those below it, and an easy one leaves nearly all.
    private (CpSolverStatus Status, long? Value) Run()
    {
        model.ClearHints();
        for (var f = 0; f < use.Count; f++)
        {
            model.AddHint(use[f], best.Use[f]);
        }

        var started = new int[batch.Groups.Count];
        foreach (var extra in extras)
        {
            model.AddHint(extra.Starts, started[extra.Group]++ < best.Starts[extra.Group] - batch.GreedyStarts[extra.Group]);
        }

        var solver = new CpSolver
        {
            StringParameters = string.Create(
                CultureInfo.InvariantCulture, $"num_workers:1,random_seed:1,max_deterministic_time:{work / 2:0.####},max_time_in_seconds:{seconds / 2:0.###}"),
        };
        var status = solver.Solve(model);
        work -= solver.Response?.DeterministicTime ?? work;
        seconds -= solver.WallTime();
        if (status is not (CpSolverStatus.Optimal or CpSolverStatus.Feasible))
        {
            return (status, null);
        }

        var starts = batch.GreedyStarts.ToArray();
        foreach (var extra in extras)
        {
            starts[extra.Group] += solver.BooleanValue(extra.Starts) ? 1 : 0;
        }

        best = new([.. use.Select(u => (int)solver.Value(u))], starts, false);
        return (status, (long)Math.Round(solver.ObjectiveValue));
    }
}
