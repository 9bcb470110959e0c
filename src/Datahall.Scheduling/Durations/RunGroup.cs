namespace Datahall.Scheduling.Durations;

/// <summary>The last runs of one kind, and how well they were predicted.</summary>
internal sealed class RunGroup
{
    private const int Most = 32;

    private readonly List<(double Ended, double Seconds)> runs = []; // By the time they ended.
    private readonly Queue<double> errors = new();

    /// <summary>The median factor by which predictions were off, less one; null before the second run.</summary>
    public double? RelativeError => errors.Count == 0 ? null : Math.Exp(Median([.. errors])) - 1;

    public void Add(double seconds, double ended)
    {
        if (seconds > 0 && Predict(0) is ({ } predicted, _) && predicted > 0)
        {
            errors.Enqueue(Math.Abs(Math.Log(predicted / seconds)));
            if (errors.Count > Most)
            {
                errors.Dequeue();
            }
        }

        var place = runs.BinarySearch((ended, seconds));
        runs.Insert(place < 0 ? ~place : place, (ended, seconds));
    }

    /// <returns>How many runs are left.</returns>
    public int Remove(double seconds, double ended)
    {
        var place = runs.BinarySearch((ended, seconds));
        if (place >= 0)
        {
            runs.RemoveAt(place);
        }

        return runs.Count;
    }

    /// <summary>The median of the last runs that lasted longer than the job has already, and how many those are.</summary>
    public (double Seconds, int Runs)? Predict(double elapsedSeconds)
    {
        Span<double> longer = stackalloc double[Most];
        var count = 0;
        for (var i = runs.Count - 1; i >= Math.Max(0, runs.Count - Most); i--)
        {
            if (runs[i].Seconds > elapsedSeconds)
            {
                longer[count++] = runs[i].Seconds;
            }
        }

        return count == 0 ? null : (Median(longer[..count]), count);
    }

    // Of an even number the lower one: a run time that was really seen.
    private static double Median(Span<double> values)
    {
        values.Sort();
        return values[(values.Length - 1) / 2];
    }
}
