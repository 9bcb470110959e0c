using Datahall.Scheduling.Cluster;

namespace Datahall.Scheduling.Fragmentation;

/// <summary>The kinds of tasks that are expected to come, in the form that prices are computed in.</summary>
/// <remarks>Shapes that ask for devices, the most frequent first; those beyond <see cref="MostShapes"/> are too rare to plan for.</remarks>
internal sealed class ExpectedDemand
{
    /// <summary>The shares of a device are counted in this many steps.</summary>
    public const int Levels = 100;

    /// <summary>Thousandths of a device in a step.</summary>
    public const int MilliPerLevel = 1000 / Levels;

    private const int MostShapes = 512;

    public ExpectedDemand(ClusterState cluster)
    {
        var shapes = cluster.Mix.Shapes;
        var counts = cluster.Mix.Frequencies;
        var total = 0.0;
        var kinds = new List<Kind>();
        for (var i = 0; i < shapes.Length; i++)
        {
            total += counts[i];
            if (shapes[i].Devices == 0)
            {
                CpuPerTask += (double)counts[i] * shapes[i].CpuMilli;
            }
            else if (kinds.Count < MostShapes)
            {
                kinds.Add(KindOf(cluster, shapes[i], counts[i]));
            }

            MilliPerTask += (double)counts[i] * shapes[i].GpuMilli;
        }

        total = Math.Max(1, total);
        Kinds = [.. kinds.Select(k => k with { Probability = k.Probability / total })];
        CpuPerTask /= total;
        MilliPerTask /= total;
    }

    /// <summary>The kinds of tasks that ask for devices.</summary>
    public Kind[] Kinds { get; }

    /// <summary>What a task asks of devices in the mean, in thousandths.</summary>
    public double MilliPerTask { get; }

    /// <summary>Processors that tasks without devices ask for, in thousandths for each task of the whole mix.</summary>
    public double CpuPerTask { get; }

    private static Kind KindOf(ClusterState cluster, TaskShape shape, long count)
    {
        var filter = cluster.ModelsFor(shape.ModelList(), shape.Mig);
        var models = new bool[cluster.ModelCount];
        for (var model = 1; model < models.Length; model++)
        {
            models[model] = filter.Allows(model);
        }

        var level = (shape.MilliPerDevice + MilliPerLevel - 1) / MilliPerLevel;
        return new(shape, shape.CpuMilli, shape.Devices, Math.Min(level, Levels), shape.GpuMilli, models, count);
    }

    /// <summary>A kind of task that asks for devices.</summary>
    /// <param name="Shape">What it asks for.</param>
    /// <param name="CpuMilli">Processors, in thousandths.</param>
    /// <param name="Devices">How many devices.</param>
    /// <param name="Level">What it takes of each, in steps.</param>
    /// <param name="GpuMilli">What it takes of all, in thousandths.</param>
    /// <param name="Models">Whether each model will do. Shape [models].</param>
    /// <param name="Probability">How likely the next task is of this kind.</param>
    internal sealed record Kind(TaskShape Shape, long CpuMilli, int Devices, int Level, long GpuMilli, bool[] Models, double Probability);
}
