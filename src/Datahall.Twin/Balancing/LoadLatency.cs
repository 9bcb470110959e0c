namespace Datahall.Twin.Balancing;

/// <summary>What a replica tells probes about its latency: the median of its latest answers, brought to its present load, and only of fresh ones.</summary>
/// <remarks>
/// Without the window a replica that looked slow once is never asked for more, and never learns that it is fast again. An answer counts as latency ×
/// (in flight now + 1) ÷ (in flight when it came + 1). Source: Prequal (NSDI 2024), section 4, where answers at other loads are left out instead.
/// </remarks>
internal sealed class LoadLatency
{
    private const double FreshSeconds = 0.5;

    private readonly (double Ended, double PerRequest)[] answers = new (double, double)[64];
    private readonly double[] sorted = new double[64];
    private int next;

    /// <summary>Remembers an answer.</summary>
    public void Add(double now, double latency, int inFlightAtStart)
    {
        answers[next] = (now, latency / (inFlightAtStart + 1));
        next = (next + 1) % answers.Length;
    }

    /// <summary>The latency to expect, in seconds; 0 when nothing fresh is known: then it is worth a try.</summary>
    public double At(double now, int inFlight)
    {
        var count = 0;
        foreach (var (ended, perRequest) in answers)
        {
            if (perRequest > 0 && now - ended <= FreshSeconds)
            {
                sorted[count++] = perRequest;
            }
        }

        sorted.AsSpan(0, count).Sort();
        return count > 0 ? sorted[count / 2] * (inFlight + 1) : 0;
    }
}
