using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Backfill;

/// <summary>Room that is kept for a gang which cannot start yet.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Start">When it is expected to start.</param>
/// <param name="Places">What it will hold then, task by task.</param>
/// <param name="After">The work whose end it waits for last; null when it waits for none.</param>
/// <param name="IsForced">Whether other work was stopped for it: then everybody respects it.</param>
public sealed record Reservation(string Gang, DateTimeOffset Start, IReadOnlyList<Holding> Places, string? After, bool IsForced);
