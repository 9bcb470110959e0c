namespace Datahall.Learning.Tuning;

/// <summary>Says which trials end early, without waiting for others.</summary>
/// <remarks>Li et al., "A System for Massively Parallel Hyperparameter Tuning" (ASHA), MLSys 2020, algorithm 2, with stops instead of promotions: a trial goes on at a rung when it is among the best 1/factor of all that have come so far.</remarks>
internal sealed class SuccessiveHalving(HalvingSettings settings)
{
    private readonly Dictionary<int, List<double>> rungs = [];

    /// <summary>Whether a trial goes on after an evaluation.</summary>
    /// <param name="evaluation">Its number, from 1.</param>
    /// <param name="score">The best score of the trial so far; more is better.</param>
    public bool GoesOn(int evaluation, double score)
    {
        if (!IsRung(evaluation))
        {
            return true;
        }

        if (!rungs.TryGetValue(evaluation, out var scores))
        {
            rungs[evaluation] = scores = [];
        }

        scores.Add(score);
        var better = scores.Count(other => other > score);
        return better < Math.Max(1, (int)Math.Ceiling((double)scores.Count / settings.Factor));
    }

    private bool IsRung(int evaluation)
    {
        var rung = settings.First;
        while (rung < evaluation && rung <= int.MaxValue / settings.Factor)
        {
            rung *= settings.Factor;
        }

        return rung == evaluation;
    }
}
