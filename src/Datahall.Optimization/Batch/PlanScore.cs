namespace Datahall.Optimization.Batch;

/// <summary>How good a plan is: gangs of high priority count before all of lower priority, then demand, then what is left whole.</summary>
/// <param name="Gangs">How many gangs of each priority start, highest priority first.</param>
/// <param name="Demand">What they hold: accelerators where the cluster has some, else processors, in thousandths.</param>
/// <param name="WholeNodes">The nodes that nothing is held of afterwards.</param>
public sealed record PlanScore(IReadOnlyList<(int Priority, int Gangs)> Gangs, long Demand, int WholeNodes) : IComparable<PlanScore>
{
    /// <inheritdoc/>
    public int CompareTo(PlanScore? other)
    {
        if (other is null)
        {
            return 1;
        }

        var priorities = Gangs.Concat(other.Gangs).Select(g => g.Priority).Distinct().OrderDescending();
        foreach (var priority in priorities)
        {
            var difference = CountOf(priority).CompareTo(other.CountOf(priority));
            if (difference != 0)
            {
                return difference;
            }
        }

        return Demand != other.Demand ? Demand.CompareTo(other.Demand) : WholeNodes.CompareTo(other.WholeNodes);
    }

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator <(PlanScore left, PlanScore right) => Comparer<PlanScore>.Default.Compare(left, right) < 0;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator >(PlanScore left, PlanScore right) => Comparer<PlanScore>.Default.Compare(left, right) > 0;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator <=(PlanScore left, PlanScore right) => Comparer<PlanScore>.Default.Compare(left, right) <= 0;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator >=(PlanScore left, PlanScore right) => Comparer<PlanScore>.Default.Compare(left, right) >= 0;

    private int CountOf(int priority) => Gangs.FirstOrDefault(g => g.Priority == priority).Gangs;
}
