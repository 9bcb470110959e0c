using System.Globalization;

namespace Datahall.Scheduling.Durations;

/// <summary>Predicts how long a job will run from how long jobs like it ran.</summary>
/// <remarks>
/// The estimator is the median of the last 32 runs of the same user's job family; where there are none, of the user's runs; then of the queue's runs with as many
/// accelerators. Of a job that has run for a while only those runs count that lasted longer: the conditional median. Run times are heavy-tailed, and the median, unlike
/// the mean, does not follow the tail. Each group measures itself: when a run ends, what would have been predicted for it is compared with what it took. Deterministic;
/// derived from its samples alone but for the measured error, which is of the runs added so far. Not safe for concurrent use. O(32) for each call.
/// </remarks>
public sealed class DurationHistory
{
    private readonly Dictionary<string, RunGroup> groups = new(StringComparer.Ordinal);

    /// <summary>Whether no run is known.</summary>
    public bool IsEmpty => groups.Count == 0;

    /// <summary>Takes up a run that ended well.</summary>
    public void Add(DurationSample sample)
    {
        foreach (var (key, _) in Keys(sample.Queue, sample.User, sample.Name, sample.Gpus))
        {
            if (!groups.TryGetValue(key, out var group))
            {
                groups[key] = group = new();
            }

            group.Add(sample.Seconds, sample.EndedSeconds);
        }
    }

    /// <summary>Forgets a run that was added.</summary>
    public void Remove(DurationSample sample)
    {
        foreach (var (key, _) in Keys(sample.Queue, sample.User, sample.Name, sample.Gpus))
        {
            if (groups.TryGetValue(key, out var group) && group.Remove(sample.Seconds, sample.EndedSeconds) == 0)
            {
                groups.Remove(key);
            }
        }
    }

    /// <summary>Predicts; null when no run like it is known, or it has run for longer than any of them.</summary>
    /// <param name="queue">The job's queue.</param>
    /// <param name="user">Who submitted it; null when nobody said.</param>
    /// <param name="name">Its name.</param>
    /// <param name="gpus">How many accelerators it asks.</param>
    /// <param name="elapsedSeconds">How long it has run already, in seconds.</param>
    public DurationPrediction? Predict(string queue, string? user, string name, int gpus, double elapsedSeconds)
    {
        foreach (var (key, what) in Keys(queue, user, name, gpus))
        {
            if (groups.TryGetValue(key, out var group) && group.Predict(elapsedSeconds) is ({ } seconds, { } runs))
            {
                return new(seconds, string.Create(CultureInfo.InvariantCulture, $"the median of {runs} {(runs == 1 ? "run" : "runs")} of {what}"), group.RelativeError);
            }
        }

        return null;
    }

    // From the closest kin to the furthest.
    private static IEnumerable<(string Key, string What)> Keys(string queue, string? user, string name, int gpus)
    {
        var family = JobFamily.Of(name);
        yield return ($"f|{user}|{family}", family);
        if (user is not null)
        {
            yield return ($"u|{user}", $"user {user}");
        }

        yield return (
            string.Create(CultureInfo.InvariantCulture, $"q|{queue}|{gpus}"),
            string.Create(CultureInfo.InvariantCulture, $"queue {queue} with {gpus} GPUs"));
    }
}

/// <summary>A run that ended well.</summary>
/// <param name="Queue">The job's queue.</param>
/// <param name="User">Who submitted it; null when nobody said.</param>
/// <param name="Name">The job's name.</param>
/// <param name="Gpus">How many accelerators it had.</param>
/// <param name="Seconds">How long it ran, in seconds.</param>
/// <param name="EndedSeconds">When it ended, in seconds from any fixed moment: later runs count before earlier ones.</param>
public readonly record struct DurationSample(string Queue, string? User, string Name, int Gpus, double Seconds, double EndedSeconds);

/// <summary>How long a job is expected to run.</summary>
/// <param name="Seconds">How long in all, in seconds.</param>
/// <param name="Source">What that is derived from, for people.</param>
/// <param name="RelativeError">How far such predictions were off so far: the median of |ln(predicted ÷ actual)| as a factor less one, 0.2 for 20 %; null before the second run.</param>
public sealed record DurationPrediction(double Seconds, string Source, double? RelativeError);
