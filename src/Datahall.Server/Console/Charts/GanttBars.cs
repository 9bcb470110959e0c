using Datahall.Model;
using Datahall.Server.Console.Figures;

namespace Datahall.Server.Console.Charts;

/// <summary>When tasks waited and ran.</summary>
/// <param name="From">The left edge.</param>
/// <param name="To">The right edge.</param>
/// <param name="Bars">A bar for each task.</param>
/// <param name="Left">How many tasks have no bar because there are too many.</param>
public sealed record GanttBars(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<GanttBar> Bars, int Left)
{
    private const int MaxBars = 60;

    /// <summary>No bars.</summary>
    public static GanttBars Empty { get; } = new(default, default, [], 0);

    /// <summary>Bars of tasks, by name; those that were never made known are left out.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="now">Now: what runs is drawn until then.</param>
    public static GanttBars Of(IReadOnlyList<TaskResource> tasks, DateTimeOffset now)
    {
        var known = tasks.Where(static task => task.Created is not null).ToList();
        var bars = known.Take(MaxBars).Select(task => BarOf(task, now)).ToList();
        return bars.Count == 0 ? Empty : new(bars.Min(static bar => bar.From), bars.Max(static bar => bar.Ended), bars, known.Count - bars.Count);
    }

    /// <summary>Where a time is, from 0 at the left edge to 1 at the right one.</summary>
    public double ShareOf(DateTimeOffset at) => To > From ? Math.Clamp((at - From) / (To - From), 0, 1) : 0;

    // The last attempt is drawn: the model keeps no more of the ones before than how long they ran.
    private static GanttBar BarOf(TaskResource task, DateTimeOffset now)
    {
        var from = task.Created!.Value;
        var isOver = task.Status.Phase is TaskPhase.Succeeded or TaskPhase.Failed or TaskPhase.Lost;
        var ended = isOver ? task.Status.Finished ?? task.Status.Since ?? now : now;
        var started = task.Status.Started ?? ended;
        ended = ended < from ? from : ended;
        started = started < from ? from : started > ended ? ended : started;
        return new(task.Name, Words.Of(task.Status.Phase), from, started, ended);
    }
}

/// <summary>When a task waited and ran.</summary>
/// <param name="Name">The task.</param>
/// <param name="Phase">Its phase as a word.</param>
/// <param name="From">When it was made.</param>
/// <param name="Started">When it ran first; <paramref name="Ended"/> when it never did.</param>
/// <param name="Ended">When it ended, or now.</param>
public sealed record GanttBar(string Name, string Phase, DateTimeOffset From, DateTimeOffset Started, DateTimeOffset Ended)
{
    /// <summary>How long it waited.</summary>
    public TimeSpan Waited => Started - From;

    /// <summary>How long it ran.</summary>
    public TimeSpan Ran => Ended - Started;
}
