using System.Globalization;

namespace Datahall.Scheduling.Durations;

/// <summary>Predicts how long a job runs from those that ended, for jobs whose owner does not say.</summary>
/// <remarks>
/// The first group that has three runs or more speaks: the job's family with the same user and queue; the user's runs in that queue; the queue's runs with as
/// many accelerators. Of a group the latest 32 runs count, so what changes is followed. The estimate is the median on a logarithmic scale of those that
/// were longer than the job has run already. Deterministic; what is removed in the order it was added leaves no trace. Not safe for several threads. Adding and
/// predicting cost O(32 log 32); removing the oldest run costs O(1).
/// </remarks>
public sealed class DurationHistory
{
    private readonly Dictionary<(string Queue, string User, string Family, int Gpus), RunGroup> groups = [];

    /// <summary>Takes up a run that ended.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Its time is not above 0, or not finite.</exception>
    public void Add(DurationSample sample)
    {
        if (sample.Seconds is not > 0 || double.IsInfinity(sample.Seconds))
        {
            throw new ArgumentOutOfRangeException(nameof(sample), sample.Seconds, "a run's time must be above 0 and finite");
        }

        foreach (var key in Keys(sample.Queue, sample.User, sample.Name, sample.Gpus))
        {
            if (!groups.TryGetValue(key, out var group))
            {
                groups.Add(key, group = new());
            }

            group.Add(sample.Seconds);
        }
    }

    /// <summary>Forgets a run, as if it had not been added; one that was never added is passed over.</summary>
    public void Remove(DurationSample sample)
    {
        foreach (var key in Keys(sample.Queue, sample.User, sample.Name, sample.Gpus))
        {
            if (groups.TryGetValue(key, out var group) && group.Remove(sample.Seconds) && group.Count == 0)
            {
                groups.Remove(key);
            }
        }
    }

    /// <summary>Predicts; null when nothing like it ran three times.</summary>
    /// <param name="queue">The job's queue, or empty.</param>
    /// <param name="user">Who submitted it, or empty.</param>
    /// <param name="name">Its name.</param>
    /// <param name="gpus">How many accelerators it asks.</param>
    /// <param name="elapsedSeconds">How long it has run already, in seconds.</param>
    public DurationPrediction? Predict(string queue, string user, string name, int gpus, double elapsedSeconds)
    {
        foreach (var key in Keys(queue, user, name, gpus))
        {
            if (groups.TryGetValue(key, out var group) && group.Median(elapsedSeconds) is { } seconds)
            {
                var runs = Math.Min(group.Count, RunGroup.Heard);
                return new(seconds, Describe(key, runs), runs, group.ErrorFactor());
            }
        }

        return null;
    }

    // From the closest to the widest; -1 stands for any number of accelerators.
    private static IEnumerable<(string Queue, string User, string Family, int Gpus)> Keys(string queue, string user, string name, int gpus)
    {
        if (JobFamily.Of(name) is { Length: > 0 } family)
        {
            yield return (queue, user, family, -1);
        }

        if (user.Length > 0)
        {
            yield return (queue, user, "", -1);
        }

        yield return (queue, "", "", gpus);
    }

    private static string Describe((string Queue, string User, string Family, int Gpus) key, int runs) => key switch
    {
        { Family.Length: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{runs} runs of {key.Family}"),
        { User.Length: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{runs} runs of user {key.User}"),
        { Queue.Length: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{runs} runs with {key.Gpus} GPUs in queue {key.Queue}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{runs} runs with {key.Gpus} GPUs"),
    };
}
