using Datahall.Scheduling.Ordering;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>A policy: an order, and how it is carried out.</summary>
/// <param name="Order">Who comes first.</param>
/// <param name="Pass">What is done at an event.</param>
/// <param name="Durations">Whether it works only when it is told the run times.</param>
internal sealed record JobPolicy(IJobOrder Order, IPass Pass, Durations Durations)
{
    /// <summary>What waiting jobs are sorted apart by, besides their GPUs.</summary>
    public Lines Lines { get; init; }
}

/// <summary>What waiting jobs are sorted apart by, besides their GPUs.</summary>
internal enum Lines
{
    /// <summary>Nothing.</summary>
    Common,

    /// <summary>Their queue.</summary>
    ByQueue,
}

/// <summary>What a policy does at an event: starts jobs that wait, and may stop or move some that run.</summary>
internal interface IPass
{
    /// <summary>When jobs that run are disturbed.</summary>
    Placing Placing { get; }

    void Run(Hall hall);
}

/// <summary>When jobs that run are disturbed by a pass.</summary>
internal enum Placing
{
    /// <summary>At every event: all are placed anew.</summary>
    AtEveryEvent,

    /// <summary>Only when somebody starts, stops or moves; the pass says when.</summary>
    WhenNeeded,
}
