namespace Datahall.Cli.Bench.Load;

/// <summary>What came of a load.</summary>
/// <param name="Plan">The load.</param>
/// <param name="Seconds">How long requests were made and counted: less than planned when the run was interrupted.</param>
/// <param name="Counts">Counts and histograms of the requests that were due in that time.</param>
/// <param name="Workers">Requests that were under way at most.</param>
/// <param name="CoresUsed">Processor time of this program over that time.</param>
/// <param name="Cores">The processors it may use.</param>
internal sealed record LoadReport(LoadPlan Plan, double Seconds, Recorder Counts, int Workers, double CoresUsed, int Cores)
{
    /// <summary>The share of late starts from which the figures are more about this program than about the server.</summary>
    private const double MostLate = 0.01;

    /// <summary>The share of the processors from which there is no room for a request to start in time.</summary>
    private const double MostBusy = 0.9;

    /// <summary>Whole responses, of whatever status.</summary>
    public long Responses => Counts.Count(Outcome.Response);

    /// <summary>Requests that failed: no whole response, or a status of 400 and more.</summary>
    public long Errors => Counts.Arrivals - Responses + Counts.StatusCounts().Where(static pair => pair.Status >= 400).Sum(static pair => pair.Count);

    /// <summary>The share of requests that failed, 0 to 1; 0 without requests.</summary>
    public double ErrorShare => Share(Errors);

    /// <summary>Responses a second.</summary>
    public double Rate => Seconds > 0 ? Responses / Seconds : 0;

    /// <summary>Bytes of responses a second.</summary>
    public double BytesPerSecond => Seconds > 0 ? Counts.Bytes / Seconds : 0;

    /// <summary>What makes the figures doubtful, in whole sentences.</summary>
    public IEnumerable<string> Doubts()
    {
        if (Share(Counts.LateByGenerator) > MostLate)
        {
            yield return FormattableString.Invariant($"the generator was the bottleneck: it had no processor in time and started {Share(Counts.LateByGenerator) * 100:0.#} % of the requests more than 1 ms late; lower --rate, or run it on an idle machine");
        }

        if (Share(Counts.LateByConnections + Counts.Count(Outcome.NotStarted)) is > MostLate and var share)
        {
            yield return FormattableString.Invariant($"{share * 100:0.#} % of the requests waited for one of the {Plan.Connections} connections: the server is slower than the rate; if it is not, raise --connections");
        }

        if (CoresUsed > MostBusy * Cores)
        {
            yield return FormattableString.Invariant($"the generator used {CoresUsed:0.00} of {Cores} processors, so it may be the bottleneck; run it on a larger machine");
        }

        if (Plan.Rate is null)
        {
            yield return "closed loop: when the server stalls, so do the requests, and the percentiles hide it; --rate shows what users would see";
        }
    }

    private double Share(long requests) => Counts.Arrivals > 0 ? (double)requests / Counts.Arrivals : 0;
}
