using Datahall.Scheduling.Backfill;

namespace Datahall.Scheduling.Preemption;

/// <summary>Running work that could be stopped as one to make room: a gang, a replica, or an extra task of an elastic job.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="WorkLost">
/// What stopping it would throw away: for each task the time since it last saved its work, in seconds, times the dominant share of the cluster that
/// it holds, times the cluster's accelerators (processors where there are none).
/// </param>
/// <param name="Held">What it gives back.</param>
/// <param name="Budget">Who must not lose too many at once; null: nobody.</param>
public sealed record Victim(string Id, string Queue, double WorkLost, IReadOnlyList<Held> Held, Budget? Budget = null);

/// <summary>How many more of something may be stopped.</summary>
/// <param name="Owner">Of whom.</param>
/// <param name="Left">How many.</param>
public sealed record Budget(string Owner, int Left);
