using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Quota;

namespace Datahall.Scheduling.Backfill;

/// <summary>Work that is expected to end, and what it will give back.</summary>
/// <param name="At">When.</param>
/// <param name="Name">The work, for people.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Held">What its tasks hold.</param>
/// <param name="IsAssumed">Whether the time is a mere assumption: nothing is known about how long the work runs.</param>
public sealed record Ending(DateTimeOffset At, string Name, string Queue, IReadOnlyList<Held> Held, bool IsAssumed);

/// <summary>What one task holds of its node and of its queue.</summary>
/// <param name="Holding">Of the node.</param>
/// <param name="Charge">Of the queue.</param>
public readonly record struct Held(Holding Holding, Charge Charge);
