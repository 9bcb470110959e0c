using System.Globalization;
using Datahall.Control.Core;
using Datahall.Control.Tasks;
using Datahall.Model;
using Datahall.Scheduling.Durations;

namespace Datahall.Control.Placing;

/// <summary>How long work is expected to run: what its manifest declares, or what jobs like it took.</summary>
internal sealed class RunTimes(CoreState state)
{
    /// <summary>What is assumed of running work of which nothing is known, until it has run for longer.</summary>
    private static readonly TimeSpan Assumed = TimeSpan.FromHours(1);

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>What a job's run teaches about others like it; null unless it succeeded.</summary>
    public static DurationSample? Sample(Job? job) => job?.Status is { Phase: JobPhase.Succeeded, Started: { } started, Finished: { } finished }
        ? new(job.Spec.Queue, UserOf(job), job.Name, Gpus(job), (finished - started).TotalSeconds, (finished - DateTimeOffset.UnixEpoch).TotalSeconds)
        : null;

    /// <summary>How long a job is expected to run; null: nobody knows, or it is a service.</summary>
    public Estimate? Estimate(TaskResource task)
    {
        if (task.Spec.Job is not { } name || state.Job(name) is not { } job)
        {
            return null;
        }

        if (job.Spec.Duration is { } declared)
        {
            return new(declared.TimeSpan, "declared");
        }

        if (state.Indexes.Durations.IsEmpty)
        {
            return null;
        }

        var elapsed = job.Status?.Started is { } started ? (state.Now - started).TotalSeconds : 0;
        if (state.Indexes.Durations.Predict(job.Spec.Queue, UserOf(job), job.Name, Gpus(job), elapsed) is not { } predicted)
        {
            return null;
        }

        var error = predicted.RelativeError is { } e ? string.Create(CultureInfo.InvariantCulture, $"; such predictions are off by {e:P0} in the median") : "";
        return new(TimeSpan.FromSeconds(predicted.Seconds), $"predicted: {predicted.Source}{error}");
    }

    /// <summary>How long a gang has run, over all its attempts, in seconds.</summary>
    public double Attained(Gang gang)
    {
        var status = gang.First.Status;
        return (status.Ran.TimeSpan + (status is { Started: { } started, Finished: null } ? state.Now - started : TimeSpan.Zero)).TotalSeconds;
    }

    private static string? UserOf(Job job) => job.Labels.GetValueOrDefault("user");

    private static int Gpus(Job job) => (int)(job.Spec.Roles.Sum(r => r.Replicas.Min * r.Resources.Gpu.Milli) / 1000);

    /// <summary>When running work is expected to end, and whether that is a mere assumption; null: never.</summary>
    public (DateTimeOffset At, bool IsAssumed)? End(Gang gang)
    {
        if (gang.First.Spec.Job is null)
        {
            return null;
        }

        if (gang.Members.All(m => m.Status.Phase is TaskPhase.Stopping || !m.HoldsPlace()))
        {
            return (gang.Members.Where(m => m.HoldsPlace()).Max(m => (m.Status.Since ?? state.Now) + m.Spec.Template.GracePeriod.TimeSpan), false);
        }

        var started = gang.Members.Min(m => m.Status.Started ?? m.Status.Since ?? state.Now);
        var known = Estimate(gang.First)?.Time;
        var expected = known ?? Assumed;
        var overrun = state.Now - started - expected;

        // Work that has run for longer than expected is given as long again as it is late.
        return (overrun < TimeSpan.Zero ? started + expected : state.Now + (overrun > Shortest ? overrun : Shortest), known is null);
    }
}

/// <summary>How long work is expected to run.</summary>
/// <param name="Time">How long.</param>
/// <param name="Source">Where that comes from, for people.</param>
internal sealed record Estimate(TimeSpan Time, string Source);
