using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Fragmentation;

/// <summary>Which kinds of tasks there are and how often each: the distribution that policies expect the next tasks to come from.</summary>
/// <remarks>
/// Memory, selectors and the like are ignored, as in the published method. Counts follow every task, but what policies see changes only when
/// a twentieth of it is new: scores of all nodes are measured by it. Not safe for concurrent use.
/// </remarks>
public sealed class WorkloadMix
{
    private const int Staleness = 20;

    private readonly Dictionary<TaskShape, long> counts = [];
    private TaskShape[] shapes = [];
    private long[] frequencies = [];
    private long changes;

    /// <summary>How many tasks there are.</summary>
    public long Total { get; private set; }

    /// <summary>Takes up a task.</summary>
    public void Add(PlacementRequest request) => Change(TaskShape.Of(request), +1);

    /// <summary>Forgets a task that was added.</summary>
    public void Remove(PlacementRequest request) => Change(TaskShape.Of(request), -1);

    /// <summary>Changes whenever policies should look at the shapes again.</summary>
    internal long Edition
    {
        get
        {
            if (changes > 0 && (field == 0 || changes * Staleness >= Math.Max(Staleness, Total)))
            {
                var order = counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).ToList();
                shapes = [.. order.Select(c => c.Key)];
                frequencies = [.. order.Select(c => c.Value)];
                changes = 0;
                field++;
            }

            return field;
        }
    }

    /// <summary>The shapes, the most frequent first, as of <see cref="Edition"/>.</summary>
    internal ReadOnlySpan<TaskShape> Shapes => shapes;

    /// <summary>How many tasks have each of <see cref="Shapes"/>.</summary>
    internal ReadOnlySpan<long> Frequencies => frequencies;

    private void Change(TaskShape shape, int sign)
    {
        var count = counts.GetValueOrDefault(shape) + sign;
        if (count < 0)
        {
            return; // It was never added: nothing to forget.
        }

        counts[shape] = count;
        if (count == 0)
        {
            counts.Remove(shape);
        }

        Total += sign;
        changes++;
    }
}

/// <summary>A kind of task: what it asks for, memory aside.</summary>
/// <param name="CpuMilli">Processors, in thousandths.</param>
/// <param name="Devices">How many devices.</param>
/// <param name="MilliPerDevice">What is taken of each, in thousandths.</param>
/// <param name="Models">The models that will do, in one canonical text; empty for any.</param>
/// <param name="Mig">The MIG profile; null for none.</param>
internal readonly record struct TaskShape(long CpuMilli, int Devices, int MilliPerDevice, string Models, string? Mig) : IComparable<TaskShape>
{
    /// <summary>Everything taken of devices, in thousandths.</summary>
    public long GpuMilli => (long)Devices * MilliPerDevice;

    /// <summary>The shape of a request.</summary>
    public static TaskShape Of(PlacementRequest request) => new(
        request.CpuMilli, request.Devices, request.Devices == 0 ? 0 : request.MilliPerDevice, request.Models, request.Mig);

    /// <summary>The models that will do, as a list.</summary>
    public IReadOnlyList<string> ModelList() => Models.Length == 0 ? [] : Models.Split('|');

    /// <inheritdoc/>
    public int CompareTo(TaskShape other)
    {
        var order = (Devices, MilliPerDevice, CpuMilli).CompareTo((other.Devices, other.MilliPerDevice, other.CpuMilli));
        order = order != 0 ? order : string.CompareOrdinal(Models, other.Models);
        return order != 0 ? order : string.CompareOrdinal(Mig, other.Mig);
    }
}
