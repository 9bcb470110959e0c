namespace Datahall.Learning.Tracking;

/// <summary>One metric of a run over its steps, by rising step; a step that was measured twice has the later value.</summary>
internal sealed record MetricSeries(string Name, IReadOnlyList<(long Step, double Value)> Points)
{
    private static readonly string[] BetterWhenLow = ["loss", "error", "perplexity", "seconds", "latency", "memory"];

    public double Last => Points[^1].Value;

    /// <summary>Whether a lower value is better, told by the name: a loss is, an F1 is not.</summary>
    public bool LowIsBetter => BetterWhenLow.Any(word => Name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The best value and its step; NaN never wins.</summary>
    public (long Step, double Value) Best
    {
        get
        {
            var best = Points[0];
            foreach (var point in Points)
            {
                if (double.IsNaN(best.Value) || (LowIsBetter ? point.Value < best.Value : point.Value > best.Value))
                {
                    best = point;
                }
            }

            return best;
        }
    }

    /// <summary>Gathers the series of lines, in the order of names.</summary>
    public static IReadOnlyDictionary<string, MetricSeries> Of(IReadOnlyList<MetricLine> lines)
    {
        var values = new SortedDictionary<string, SortedDictionary<long, double>>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            foreach (var (name, value) in line.Metrics)
            {
                if (!values.TryGetValue(name, out var steps))
                {
                    values.Add(name, steps = []);
                }

                steps[line.Step] = value;
            }
        }

        return values.ToDictionary(entry => entry.Key, entry => new MetricSeries(entry.Key, [.. entry.Value.Select(point => (point.Key, point.Value))]));
    }
}
