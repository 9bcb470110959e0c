using Datahall.Energy.Servers;

namespace Datahall.Energy.Consolidation;

/// <summary>A server that carries virtual machines or other movable work.</summary>
/// <param name="Capacity">The work it does at full load, in any unit of work a second, above 0.</param>
/// <param name="LargestDemand">The most that one machine can have of it, in that unit: the speed of one core for machines of one core.</param>
/// <param name="Memory">Its memory, in any unit; infinite: memory is no limit.</param>
/// <param name="Power">What it draws; asleep it draws nothing.</param>
public sealed record ConsolidationHost(double Capacity, double LargestDemand, double Memory, ServerPowerModel Power)
{
    /// <summary>What a unit of work costs at full load, in watts: hosts with less are filled first.</summary>
    public double WattsPerWork => Power.MaxWatts / Capacity;
}

/// <summary>How work is gathered on fewer hosts.</summary>
public sealed record ConsolidationRules
{
    /// <summary>How far a host is filled by moves that relieve another, as a share of its capacity, above 0 to 1.</summary>
    public double ReliefFill { get; init; } = 0.85;

    /// <summary>How far hosts are filled by emptying another, and how full all others together may become by it; below <see cref="ReliefFill"/>, so that what was gathered is not at once scattered again.</summary>
    public double GatherFill { get; init; } = 0.75;

    /// <summary>The forecast load, as a share of its capacity, from which a host is relieved.</summary>
    public double Overload { get; init; } = 0.98;

    /// <summary>How many samples the forecast looks back, and the mean that a machine needs at least.</summary>
    public int Samples { get; init; } = 12;

    /// <summary>How many steps a host stays awake without work before it sleeps.</summary>
    public int EmptySteps { get; init; } = 1;
}

/// <summary>A machine goes to another host.</summary>
/// <param name="Vm">Its index.</param>
/// <param name="From">The host it leaves.</param>
/// <param name="To">The host it goes to.</param>
public readonly record struct VmMove(int Vm, int From, int To);
