using Datahall.Learning.Settings;

namespace Datahall.Learning.Training;

/// <summary>The learning rate over a run: it rises in a straight line, then falls as the schedule says.</summary>
internal static class LearningRate
{
    /// <summary>The share of the highest rate at a step.</summary>
    /// <param name="schedule">How it falls.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="steps">All steps, 1 or more.</param>
    /// <param name="warmup">The share of the steps over which it rises, 0 to 1.</param>
    /// <returns>From 0 to 1; never 0 before the end, so that every step counts.</returns>
    public static double Share(RateSchedule schedule, long step, long steps, double warmup)
    {
        var rise = Math.Floor(warmup * steps);
        if (step < rise)
        {
            return (step + 1) / rise;
        }

        var passed = steps > rise ? Math.Min(1, (step - rise) / (steps - rise)) : 0;
        return schedule switch
        {
            RateSchedule.Linear => 1 - passed,
            RateSchedule.Cosine => 0.5 * (1 + Math.Cos(Math.PI * passed)),
            _ => 1,
        };
    }
}
