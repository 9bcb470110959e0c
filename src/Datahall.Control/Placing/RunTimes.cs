using Datahall.Control.Core;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Placing;

/// <summary>How long work is expected to run: what its manifest declares.</summary>
internal sealed class RunTimes(CoreState state)
{
    /// <summary>What is assumed of running work of which nothing is known, until it has run for longer.</summary>
    private static readonly TimeSpan Assumed = TimeSpan.FromHours(1);

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>How long a job is expected to run; null: nobody knows, or it is a service.</summary>
    public Estimate? Estimate(TaskResource task) =>
        task.Spec.Job is { } name && state.Job(name) is { Spec.Duration: { } declared } ? new(declared.TimeSpan, "declared") : null;

    /// <summary>When running work is expected to end; null: never.</summary>
    public DateTimeOffset? End(Gang gang)
    {
        if (gang.First.Spec.Job is null)
        {
            return null;
        }

        var started = gang.Members.Min(m => m.Status.Started ?? m.Status.Since ?? state.Now);
        var expected = Estimate(gang.First)?.Time ?? Assumed;
        var overrun = state.Now - started - expected;
        if (gang.Members.All(m => m.Status.Phase is TaskPhase.Stopping || !m.HoldsPlace()))
        {
            return gang.Members.Where(m => m.HoldsPlace()).Max(m => (m.Status.Since ?? state.Now) + m.Spec.Template.GracePeriod.TimeSpan);
        }

        // Work that has run for longer than expected is given as long again as it is late.
        return overrun < TimeSpan.Zero ? started + expected : state.Now + (overrun > Shortest ? overrun : Shortest);
    }
}

/// <summary>How long work is expected to run.</summary>
/// <param name="Time">How long.</param>
/// <param name="Source">Where that comes from, for people.</param>
internal sealed record Estimate(TimeSpan Time, string Source);
