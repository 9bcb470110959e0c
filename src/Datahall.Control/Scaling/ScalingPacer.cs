using Datahall.Model;

namespace Datahall.Control.Scaling;

/// <summary>Holds back what is asked for: for as long as the windows say, and no faster than the pace allows.</summary>
/// <remarks>As the horizontal autoscaler of Kubernetes does: downwards the most that was asked for in the window counts, upwards the least.</remarks>
internal sealed class ScalingPacer
{
    private readonly LinkedList<(DateTimeOffset Time, int Replicas)> asked = [];
    private readonly LinkedList<(DateTimeOffset Time, int By)> changes = [];

    /// <summary>Begins.</summary>
    /// <param name="now">The time.</param>
    /// <param name="current">How many replicas are wanted; taken as what was asked for until now.</param>
    public ScalingPacer(DateTimeOffset now, int current) => asked.AddLast((now, current));

    /// <summary>What may be had now of what is asked for.</summary>
    public int Take(AutoscaleSpec spec, DateTimeOffset now, int current, int wanted)
    {
        asked.AddLast((now, wanted));
        var (up, down) = ((spec.Up.Window ?? ScalingPace.DefaultUpWindow).TimeSpan, (spec.Down.Window ?? ScalingPace.DefaultDownWindow).TimeSpan);
        Forget(asked, now - (up > down ? up : down));
        Forget(changes, now - Longer(spec.Up.Period, spec.Down.Period).TimeSpan);
        if (wanted > current)
        {
            return Math.Max(current, Math.Min(Within(now - up).Min(), Most(spec.Up, now, current)));
        }

        return wanted < current ? Math.Min(current, Math.Max(Within(now - down).Max(), Fewest(spec.Down, now, current))) : current;
    }

    /// <summary>Notes that the number was changed.</summary>
    public void Change(DateTimeOffset now, int by) => changes.AddLast((now, by));

    private int Most(ScalingPace pace, DateTimeOffset now, int current)
    {
        var before = current - changes.Where(change => change.By > 0 && change.Time > now - pace.Period.TimeSpan).Sum(static change => change.By);
        return (int)Math.Min(int.MaxValue, Math.Max(before + (double)pace.Replicas, Math.Ceiling(before * (1 + pace.Share))));
    }

    private int Fewest(ScalingPace pace, DateTimeOffset now, int current)
    {
        var before = current - changes.Where(change => change.By < 0 && change.Time > now - pace.Period.TimeSpan).Sum(static change => change.By);
        return (int)Math.Max(0, Math.Min(before - (double)pace.Replicas, Math.Floor(before * (1 - pace.Share))));
    }

    private IEnumerable<int> Within(DateTimeOffset since) => asked.Where(entry => entry.Time >= since).Select(static entry => entry.Replicas);

    // The last one before the time stays: it held until the next.
    private static void Forget(LinkedList<(DateTimeOffset Time, int)> entries, DateTimeOffset before)
    {
        while (entries.First?.Next?.Value.Time <= before)
        {
            entries.RemoveFirst();
        }
    }

    private static Duration Longer(Duration a, Duration b) => a.Milliseconds > b.Milliseconds ? a : b;
}
