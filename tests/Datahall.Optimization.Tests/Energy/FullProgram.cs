using Datahall.Optimization.Energy;
using Google.OrTools.LinearSolver;

namespace Datahall.Optimization.Tests.Energy;

/// <summary>The model written out node by node and task by task for fixed fan levels, solved by another solver: nothing joined, nothing pooled.</summary>
internal static class FullProgram
{
    /// <summary>The best objective at some levels of the fans; null when nothing is feasible.</summary>
    public static double? Solve(EnergyModel model, IReadOnlyDictionary<string, FanLevel> levels, string solverName)
    {
        using var solver = Solver.CreateSolver(solverName);
        var (objective, idle) = (solver.Objective(), 0.0);
        objective.SetMaximization();
        var duties = model.Tasks.Select(t => solver.MakeConstraint(t.Must ? t.Count : double.NegativeInfinity, t.Count, "")).ToList();
        for (var j = 0; j < duties.Count; j++)
        {
            if (model.Tasks[j] is { Gang: true, Must: false })
            {
                duties[j].SetBounds(0, 0);
                duties[j].SetCoefficient(solver.MakeBoolVar(""), -model.Tasks[j].Count);
            }
        }

        foreach (var group in model.Nodes)
        {
            var level = levels[group.Fan];
            var heat = Halls.Heat(model, level, group with { Count = 1 }, 0);
            var bears = level.RiseCelsius > 0 ? Math.Min(1, (model.TemperatureLimitCelsius - level.TemperatureCelsius) / level.RiseCelsius) : 1;
            for (var node = 0; node < group.Count; node++)
            {
                idle += heat;
                double[] capacity = [group.Compute!.Value * bears, group.Storage!.Value, group.Bandwidth!.Value];
                var rows = capacity.Select(c => solver.MakeConstraint(double.NegativeInfinity, c, "")).ToList();
                for (var j = 0; j < model.Tasks.Count; j++)
                {
                    var task = model.Tasks[j];
                    var copies = task.Divisible ? solver.MakeNumVar(0, double.PositiveInfinity, "") : solver.MakeIntVar(0, task.Count, "");
                    duties[j].SetCoefficient(copies, 1);
                    rows[0].SetCoefficient(copies, task.Compute);
                    rows[1].SetCoefficient(copies, task.Storage);
                    rows[2].SetCoefficient(copies, task.Bandwidth);
                    var value = task.Weight * ((model.Weights.Compute * task.Compute) + (model.Weights.Storage * task.Storage) + (model.Weights.Bandwidth * task.Bandwidth));
                    objective.SetCoefficient(copies, value - (Halls.Heat(model, level, group with { Count = 1 }, task.Compute) - heat));
                }
            }
        }

        using var exact = new MPSolverParameters();
        exact.SetDoubleParam(MPSolverParameters.DoubleParam.RELATIVE_MIP_GAP, 0);
        return solver.Solve(exact) is Solver.ResultStatus.OPTIMAL ? objective.Value() - idle : null;
    }

    /// <summary>The best over every combination of levels within the limit that can be reached.</summary>
    public static double? Best(EnergyModel model, string solverName)
    {
        double? best = null;
        foreach (var first in Reachable(model, "hall"))
        {
            foreach (var second in Reachable(model, "aisle"))
            {
                best = Solve(model, new Dictionary<string, FanLevel> { ["hall"] = first, ["aisle"] = second }, solverName) is { } value && !(value <= best) ? value : best;
            }
        }

        return best;
    }

    // By walking: a level can be reached from one that can be.
    private static List<FanLevel> Reachable(EnergyModel model, string name)
    {
        var fan = model.Fans[name];
        var reached = fan.Levels.Where(l => l.Percent == fan.StartPercent).ToList();
        for (var i = 0; i < reached.Count; i++)
        {
            reached.AddRange(fan.Levels.Where(l => !reached.Contains(l) && l.TemperatureCelsius <= model.TemperatureLimitCelsius && Math.Abs(l.Percent - reached[i].Percent) <= (fan.MaxStepPercent ?? 100)));
        }

        return [.. reached.Where(l => l.TemperatureCelsius <= model.TemperatureLimitCelsius)];
    }
}
