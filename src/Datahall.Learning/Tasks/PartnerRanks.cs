namespace Datahall.Learning.Tasks;

/// <summary>The rank of a score among those of rivals, who come one by one.</summary>
/// <param name="own">The score.</param>
internal sealed class PartnerRank(double own)
{
    private long above, level;

    /// <summary>The rank among the rivals so far, from 1.</summary>
    public double Value => 1 + above + (level / 2.0);

    /// <summary>Counts a rival.</summary>
    public void Meet(double rival)
    {
        above += rival <= own ? 0 : 1; // A score that is no number is below all.
        level += rival == own ? 1 : 0;
    }
}

/// <summary>How high right partners stand among others, for tasks that find partners.</summary>
internal static class PartnerRanks
{
    /// <summary>The rank of a score among those of rivals, from 1. Equal ones count half, so that a model that says the same of all stands in the middle.</summary>
    public static double Of(double own, IEnumerable<double> rivals)
    {
        var rank = new PartnerRank(own);
        foreach (var rival in rivals)
        {
            rank.Meet(rival);
        }

        return rank.Value;
    }

    /// <summary>The mean reciprocal rank, and the share of ranks that are 1.</summary>
    /// <param name="ranks">One or more.</param>
    public static TaskScore Score(IReadOnlyCollection<double> ranks)
    {
        var reciprocal = ranks.Average(static rank => 1 / rank);
        return new(reciprocal, "MRR", new Dictionary<string, double> { ["mrr"] = reciprocal, ["first"] = ranks.Average(static rank => rank == 1 ? 1.0 : 0) });
    }
}
