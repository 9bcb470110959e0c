namespace Datahall.Scheduling.Durations;

/// <summary>The runs of one group, the oldest first, each with how far off it was predicted.</summary>
internal sealed class RunGroup
{
    /// <summary>How many of the latest runs speak.</summary>
    public const int Heard = 32;

    /// <summary>Below so many runs it says nothing.</summary>
    public const int Least = 3;

    private readonly LinkedList<(double Seconds, double LogError)> runs = [];

    public int Count => runs.Count;

    /// <summary>Takes up a run, and how far off the runs before it would have been.</summary>
    public void Add(double seconds) =>
        runs.AddLast((seconds, Median(0) is { } predicted ? Math.Abs(Math.Log(predicted / seconds)) : double.NaN));

    /// <summary>Forgets the oldest run of that length; false when there is none.</summary>
    public bool Remove(double seconds)
    {
        for (var node = runs.First; node is not null; node = node.Next)
        {
            if (node.Value.Seconds.Equals(seconds))
            {
                runs.Remove(node);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The median of the latest runs that were longer than so much, on a logarithmic scale; when none was, twice that, which is the median of what
    /// is left of a life of Pareto's law with exponent 1. Null when there are too few runs.
    /// </summary>
    public double? Median(double elapsed)
    {
        if (runs.Count < Least)
        {
            return null;
        }

        Span<double> longer = stackalloc double[Heard];
        var count = 0;
        var node = runs.Last;
        for (var i = 0; i < Heard && node is not null; i++, node = node.Previous)
        {
            if (node.Value.Seconds > elapsed)
            {
                longer[count++] = node.Value.Seconds;
            }
        }

        return count == 0 ? 2 * elapsed : Middle(longer[..count]);
    }

    /// <summary>The median of how far off the latest runs were predicted, as a factor; positive infinity when none was predicted.</summary>
    public double ErrorFactor()
    {
        Span<double> errors = stackalloc double[Heard];
        var count = 0;
        var node = runs.Last;
        for (var i = 0; i < Heard && node is not null; i++, node = node.Previous)
        {
            if (!double.IsNaN(node.Value.LogError))
            {
                errors[count++] = Math.Exp(node.Value.LogError);
            }
        }

        return count == 0 ? double.PositiveInfinity : Middle(errors[..count]);
    }

    private static double Middle(Span<double> values)
    {
        values.Sort();
        var half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : Math.Sqrt(values[half - 1] * values[half]);
    }
}
