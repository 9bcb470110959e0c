using Datahall.Energy.Curves;

namespace Datahall.Energy.Capping;

/// <summary>When a guard caps and when it lets go.</summary>
public sealed record GuardRules
{
    /// <summary>The share of the budget above which it caps, above 0.</summary>
    public double Trip { get; init; } = 0.99;

    /// <summary>The share of the budget that the caps then add up to, below <see cref="Trip"/>.</summary>
    public double Target { get; init; } = 0.95;

    /// <summary>The share of the budget below which the load without caps must be for it to let go, below <see cref="Target"/>.</summary>
    public double Release { get; init; } = 0.90;

    /// <summary>For how long, in seconds.</summary>
    public double HoldSeconds { get; init; } = 60;

    /// <summary>How long the last believable reading stands for the load, in seconds.</summary>
    public double StaleSeconds { get; init; } = 10;

    /// <summary>Up to how many times the budget a reading is believed.</summary>
    public double MostReading { get; init; } = 4;
}

/// <summary>Watches each feed every second, and says when its load must be capped.</summary>
/// <remarks>
/// Above <see cref="GuardRules.Trip"/> of its budget a feed is capped at once to <see cref="GuardRules.Target"/>, and stays so until the load that there would be
/// without caps was below <see cref="GuardRules.Release"/> for <see cref="GuardRules.HoldSeconds"/> without a break. A reading that cannot be true moves nothing;
/// when there was no other for <see cref="GuardRules.StaleSeconds"/>, the feed counts as carrying all that may be drawn behind it. Nothing is released on such a
/// reading. For one caller. The ladder of 99, 95 and 90 % is that of row controllers in use (Dynamo, ISCA 2016; figures recalled).
/// </remarks>
public sealed class BreakerGuard
{
    private readonly GuardRules rules;
    private readonly PowerReading[] readings;
    private readonly bool[] isCapping;
    private readonly double[] quietSeconds;

    /// <summary>Makes a guard that caps nothing yet.</summary>
    /// <param name="feeds">How many feeds it watches.</param>
    /// <param name="rules">When it acts.</param>
    /// <exception cref="ArgumentException">The shares are not in the order release, target, trip, or a figure is out of its range.</exception>
    public BreakerGuard(int feeds, GuardRules rules)
    {
        if (!(Require.Positive(rules.Release) < Require.Finite(rules.Target) && rules.Target < Require.Finite(rules.Trip)))
        {
            throw new ArgumentException($"release {rules.Release}, target {rules.Target} and trip {rules.Trip} must rise: else caps come and go at every reading");
        }

        Require.NotNegative(rules.HoldSeconds);
        Require.NotNegative(rules.StaleSeconds);
        Require.Positive(rules.MostReading);
        this.rules = rules;
        (readings, isCapping, quietSeconds) = (new PowerReading[feeds], new bool[feeds], new double[feeds]);
    }

    /// <summary>Which feeds are capped now. Shape [feeds].</summary>
    public ReadOnlySpan<bool> IsCapping => isCapping;

    /// <summary>Whether any is.</summary>
    public bool IsActive => Array.IndexOf(isCapping, true) >= 0;

    /// <summary>Takes up a feed as capped: a guard before this one capped it, and its caps are in force.</summary>
    /// <param name="feed">The feed's index.</param>
    public void TakeUp(int feed) => isCapping[feed] = true;

    /// <summary>Takes the readings of one moment. O(feeds), allocates nothing.</summary>
    /// <param name="budget">What each feed may carry, in watts; infinite without a limit. Shape [feeds].</param>
    /// <param name="measured">What it carries, in watts; NaN when nobody said. Shape [feeds].</param>
    /// <param name="uncapped">What it would carry without caps, in watts; NaN when nobody knows: then nothing is released. Shape [feeds].</param>
    /// <param name="mostLoad">All that may be drawn behind it, in watts: the load while readings are stale. Shape [feeds].</param>
    /// <param name="seconds">The time since the last call, in seconds.</param>
    /// <param name="allowed">Receives what the caps may add up to, in watts; infinite: no caps. Shape [feeds].</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public void Step(
        ReadOnlySpan<double> budget,
        ReadOnlySpan<double> measured,
        ReadOnlySpan<double> uncapped,
        ReadOnlySpan<double> mostLoad,
        double seconds,
        Span<double> allowed)
    {
        Require.SameLength(budget.Length, readings.Length, "budgets and feeds");
        Require.SameLength(measured.Length, readings.Length, "readings and feeds");
        Require.SameLength(uncapped.Length, readings.Length, "loads without caps and feeds");
        Require.SameLength(mostLoad.Length, readings.Length, "highest loads and feeds");
        Require.SameLength(allowed.Length, readings.Length, "allowed loads and feeds");
        for (var feed = 0; feed < readings.Length; feed++)
        {
            var believed = readings[feed].Take(measured[feed], Math.Max(rules.MostReading * budget[feed], mostLoad[feed]), seconds);
            var load = readings[feed].IsFresh(rules.StaleSeconds) ? readings[feed].Watts : mostLoad[feed];
            if (load > rules.Trip * budget[feed])
            {
                (isCapping[feed], quietSeconds[feed]) = (true, 0);
            }
            else if (isCapping[feed])
            {
                Release(feed, believed && uncapped[feed] < rules.Release * budget[feed] && load < rules.Release * budget[feed], seconds);
            }

            allowed[feed] = isCapping[feed] ? rules.Target * budget[feed] : double.PositiveInfinity;
        }
    }

    private void Release(int feed, bool isQuiet, double seconds)
    {
        quietSeconds[feed] = isQuiet ? quietSeconds[feed] + seconds : 0;
        isCapping[feed] = quietSeconds[feed] < rules.HoldSeconds || !isQuiet;
    }
}
