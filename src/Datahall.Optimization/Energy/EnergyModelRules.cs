using System.Globalization;

namespace Datahall.Optimization.Energy;

/// <summary>Something that is wrong with a model.</summary>
/// <param name="Path">The field, such as <c>nodes[3].compute</c>.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
public sealed record EnergyModelError(string Path, string Message);

/// <summary>Holds a model against what must be so before anything is computed.</summary>
public static class EnergyModelRules
{
    // Far above any real amount, and small enough that sums and products of them stay exact to many digits.
    private const double MostAmount = 1e15;
    private const double Coldest = -100;
    private const double Hottest = 1000;
    private const int MostCount = 100_000_000;
    private const int MostWholeNodes = 100_000;

    /// <summary>Everything that is wrong; empty when the model can be solved or found infeasible. Pure, O(size of the model).</summary>
    public static IReadOnlyList<EnergyModelError> Check(EnergyModel model)
    {
        var errors = new List<EnergyModelError>();
        Number(model.TemperatureLimitCelsius, Coldest, Hottest, "temperatureLimitCelsius", errors);
        Number(model.Weights.Compute, 0, MostAmount, "weights.compute", errors);
        Number(model.Weights.Storage, 0, MostAmount, "weights.storage", errors);
        Number(model.Weights.Bandwidth, 0, MostAmount, "weights.bandwidth", errors);
        Number(model.Weights.Temperature, 0, MostAmount, "weights.temperature", errors);
        foreach (var (name, fan) in model.Fans)
        {
            CheckFan(fan, $"fans.{name}", errors);
            if (model.Nodes.All(node => node.Fan != name))
            {
                errors.Add(new($"fans.{name}", $"no nodes are cooled by the fan '{name}'; name it in their field fan, or drop it"));
            }
        }

        CheckNodes(model, errors);
        CheckTasks(model.Tasks, errors);
        if (model.Nodes.Sum(static n => (double)n.Count) > MostWholeNodes && model.Tasks.ToList().FindIndex(static t => !t.Divisible) is >= 0 and var whole)
        {
            errors.Add(new(Text($"tasks[{whole}].divisible"), Text($"indivisible tasks are placed node by node, on at most {MostWholeNodes} nodes; let it be divisible, or cut the hall in parts")));
        }

        return errors;
    }

    private static void CheckFan(FanTable fan, string path, List<EnergyModelError> errors)
    {
        for (var i = 0; i < fan.Levels.Count; i++)
        {
            var (level, at) = (fan.Levels[i], Text($"{path}.levels[{i}]"));
            Number(level.Percent, 0, 100, at + ".percent", errors);
            Number(level.TemperatureCelsius, Coldest, Hottest, at + ".temperatureCelsius", errors);
            Number(level.RiseCelsius, 0, Hottest, at + ".riseCelsius", errors);
            Number(level.EfficiencyIndex, 1e-9, 1e6, at + ".efficiencyIndex", errors);
            if (fan.Levels.Take(i).Any(l => l.Percent == level.Percent))
            {
                errors.Add(new(at + ".percent", Text($"the level {level.Percent} is given twice; a level has one temperature and one efficiency index")));
            }
        }

        if (fan.Levels.All(level => level.Percent != fan.StartPercent))
        {
            errors.Add(new(path + ".startPercent", fan.Levels.Count == 0
                ? "the fan has no levels; give at least the one it stands at"
                : Text($"{fan.StartPercent} is none of the levels {string.Join(", ", fan.Levels.Select(static l => l.Percent.ToString(CultureInfo.InvariantCulture)))}")));
        }

        Number(fan.MaxStepPercent ?? 0, 0, 100, path + ".maxStepPercent", errors);
        Number(fan.MaxStepCelsius ?? 0, 0, Hottest, path + ".maxStepCelsius", errors);
        Number(fan.MaxStages ?? 1, 1, MostCount, path + ".maxStages", errors);
    }

    private static void CheckNodes(EnergyModel model, List<EnergyModelError> errors)
    {
        Unique([.. model.Nodes.Select(static n => n.Name)], "nodes", errors);
        if (model.Nodes.Count == 0)
        {
            errors.Add(new("nodes", "there are no nodes; give at least one"));
        }

        for (var i = 0; i < model.Nodes.Count; i++)
        {
            var (node, at) = (model.Nodes[i], Text($"nodes[{i}]"));
            Number(node.Count, 1, MostCount, at + ".count", errors);
            Number(node.Compute ?? 0, 0, MostAmount, at + ".compute", errors);
            Number(node.Storage ?? 0, 0, MostAmount, at + ".storage", errors);
            Number(node.Bandwidth ?? 0, 0, MostAmount, at + ".bandwidth", errors);
            if (!model.Fans.TryGetValue(node.Fan, out var fan))
            {
                errors.Add(new(at + ".fan", $"there is no fan '{node.Fan}'; there are {(model.Fans.Count == 0 ? "none" : string.Join(", ", model.Fans.Keys))}"));
            }
            else if (node.Compute is null && fan.Levels.Any(static l => l.RiseCelsius > 0))
            {
                errors.Add(new(at + ".compute", $"the fan '{node.Fan}' has levels with riseCelsius, which counts the part of a node's compute that is in use; give the node's compute"));
            }
        }
    }

    private static void CheckTasks(IReadOnlyList<TaskGroup> tasks, List<EnergyModelError> errors)
    {
        Unique([.. tasks.Select(static t => t.Name)], "tasks", errors);
        for (var j = 0; j < tasks.Count; j++)
        {
            var (task, at) = (tasks[j], Text($"tasks[{j}]"));
            Number(task.Count, 1, MostCount, at + ".count", errors);
            Number(task.Compute, 0, MostAmount, at + ".compute", errors);
            Number(task.Storage, 0, MostAmount, at + ".storage", errors);
            Number(task.Bandwidth, 0, MostAmount, at + ".bandwidth", errors);
            Number(task.Weight, 0, MostAmount, at + ".weight", errors);
            if (task is { Compute: 0, Storage: 0, Bandwidth: 0 })
            {
                errors.Add(new(at, $"the task '{task.Name}' asks for nothing; give compute, storage or bandwidth"));
            }

            if (task.Elastic && (task.Must || task.Gang || !task.Divisible))
            {
                errors.Add(new(at + ".elastic", $"the task '{task.Name}' takes as much as there is, so it cannot be {(task.Must ? "placed in full (must)" : task.Gang ? "a gang" : "indivisible")} too; drop one of the two"));
            }
        }
    }

    private static void Unique(IReadOnlyList<string> names, string path, List<EnergyModelError> errors)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (!seen.TryAdd(names[i], i))
            {
                errors.Add(new(Text($"{path}[{i}].name"), Text($"the name '{names[i]}' is given twice, first as {path}[{seen[names[i]]}]; names tell results apart")));
            }
        }
    }

    private static void Number(double value, double least, double most, string path, List<EnergyModelError> errors)
    {
        if (!(value >= least && value <= most))
        {
            errors.Add(new(path, Text($"{value} is out of range; it may be from {least} to {most}")));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
