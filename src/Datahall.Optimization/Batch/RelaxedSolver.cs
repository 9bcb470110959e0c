using Google.OrTools.LinearSolver;

namespace Datahall.Optimization.Batch;

/// <summary>Solves a large batch as a linear program with GLOP, one priority after the other, and rounds the fillings by largest remainder.</summary>
/// <remarks>The rounded fillings may hold a little less than was hoped: the plan's making mends that, or falls back to the greedy plan.</remarks>
internal sealed class RelaxedSolver(BatchModel batch, TimeSpan mostTime)
{
    private const int MostLevels = 4;

    // How much of a level's value the levels below may take back, so that rounding errors make no program infeasible.
    private const double Slack = 1e-7;

    /// <summary>The rounded solution; null when the time was over before there was one.</summary>
    public BatchSolution? Solve()
    {
        using var solver = Solver.CreateSolver("GLOP");
        var use = batch.Fillings.Select(f => solver.MakeNumVar(0, batch.Classes[f.Class].Nodes.Count, "")).ToList();
        var starts = batch.Groups.Select((g, i) => solver.MakeNumVar(batch.GreedyStarts[i], g.Gangs.Count, "")).ToList();
        AddRoom(solver, use, starts);
        AddLimits(solver, starts);
        var levels = batch.Levels.Take(MostLevels).ToList();
        BatchSolution? solution = null;
        for (var i = 0; i < levels.Count; i++)
        {
            solver.SetTimeLimit((long)(mostTime / levels.Count).TotalMilliseconds);
            var goal = Aim(solver, starts, levels[i], i == MostLevels - 1 ? int.MinValue : levels[i]);
            if (solver.Solve() is not Solver.ResultStatus.OPTIMAL)
            {
                return solution;
            }

            solution = Round([.. use.Select(u => u.SolutionValue())], [.. starts.Select(s => s.SolutionValue())]);
            var keep = solver.MakeConstraint(solver.Objective().Value() * (1 - Slack), double.PositiveInfinity, "");
            foreach (var (variable, weight) in goal)
            {
                keep.SetCoefficient(variable, weight);
            }
        }

        return solution;
    }

    private void AddRoom(Solver solver, List<Variable> use, List<Variable> starts)
    {
        var nodes = batch.Classes.Select(c => solver.MakeConstraint(double.NegativeInfinity, c.Nodes.Count, "")).ToList();
        var tasks = batch.Shapes.Select(_ => solver.MakeConstraint(0, double.PositiveInfinity, "")).ToList();
        for (var f = 0; f < use.Count; f++)
        {
            nodes[batch.Fillings[f].Class].SetCoefficient(use[f], 1);
            for (var s = 0; s < tasks.Count; s++)
            {
                if (batch.Fillings[f].Counts[s] > 0)
                {
                    tasks[s].SetCoefficient(use[f], batch.Fillings[f].Counts[s]);
                }
            }
        }

        for (var g = 0; g < starts.Count; g++)
        {
            for (var s = 0; s < tasks.Count; s++)
            {
                if (batch.Groups[g].Needs[s] > 0)
                {
                    tasks[s].SetCoefficient(starts[g], -batch.Groups[g].Needs[s]);
                }
            }
        }
    }

    private void AddLimits(Solver solver, List<Variable> starts)
    {
        foreach (var limit in QueueLimit.Of(batch))
        {
            var largest = (double)limit.Asked.Max();
            var constraint = solver.MakeConstraint(double.NegativeInfinity, limit.Left / largest, "");
            for (var g = 0; g < starts.Count; g++)
            {
                constraint.SetCoefficient(starts[g], limit.Asked[g] / largest);
            }
        }
    }

    // A gang counts 1, and its part of all demand up to 1 more.
    private List<(Variable, double)> Aim(Solver solver, List<Variable> starts, int priority, int andBelow)
    {
        var largest = Math.Max(1.0, batch.Groups.Max(batch.DemandOf));
        var objective = solver.Objective();
        objective.Clear();
        objective.SetMaximization();
        var goal = new List<(Variable, double)>();
        for (var g = 0; g < starts.Count; g++)
        {
            if (batch.Groups[g].First.Priority <= priority && batch.Groups[g].First.Priority >= andBelow)
            {
                var weight = 1 + (batch.DemandOf(batch.Groups[g]) / largest);
                objective.SetCoefficient(starts[g], weight);
                goal.Add((starts[g], weight));
            }
        }

        return goal;
    }

    private BatchSolution Round(double[] use, double[] starts)
    {
        const double tolerance = 1e-6;
        var whole = use.Select(u => (int)Math.Floor(u + tolerance)).ToArray();
        foreach (var of in Enumerable.Range(0, use.Length).GroupBy(f => batch.Fillings[f].Class))
        {
            var nodes = Math.Min(batch.Classes[of.Key].Nodes.Count, (int)Math.Ceiling(of.Sum(f => use[f]) - tolerance));
            foreach (var f in of.OrderByDescending(f => use[f] - whole[f]).ThenBy(f => f).Take(Math.Max(0, nodes - of.Sum(f => whole[f]))))
            {
                whole[f]++;
            }
        }

        return new(whole, [.. starts.Select(s => (int)Math.Ceiling(s - tolerance))], false);
    }
}
