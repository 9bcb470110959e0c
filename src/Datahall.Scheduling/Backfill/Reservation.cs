using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Backfill;

/// <summary>Room that is kept for a gang which cannot start yet.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Start">When it is expected to start.</param>
/// <param name="Places">What it will hold then, task by task.</param>
/// <param name="After">The work whose end it waits for last; null when it waits for none.</param>
/// <param name="Kind">Why it is kept.</param>
public sealed record Reservation(string Gang, DateTimeOffset Start, IReadOnlyList<Holding> Places, string? After, ReservationKind Kind)
{
    /// <summary>Whether nothing is known about how long the work runs whose end it waits for.</summary>
    public bool IsAssumed { get; init; }

    /// <summary>Whether an earlier reservation of the gang has passed without room: expectations were wrong, and nobody goes ahead of it any more.</summary>
    public bool IsLate { get; init; }

    /// <summary>Whether everybody respects it, whatever the order: work was stopped for it.</summary>
    public bool IsForced => Kind is not ReservationKind.Backfill;
}

/// <summary>Why room is kept.</summary>
public enum ReservationKind
{
    /// <summary>So that work behind it in the line does not delay it.</summary>
    Backfill,

    /// <summary>Work is being stopped and the room will be enough.</summary>
    Stopping,

    /// <summary>It is being moved there.</summary>
    Move,
}
