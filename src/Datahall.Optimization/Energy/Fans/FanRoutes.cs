namespace Datahall.Optimization.Energy.Fans;

/// <summary>The levels a fan can be brought to within the limit, and the way to each: a dynamic programme over stages.</summary>
/// <remarks>
/// State: the level. Decision of a stage: the next level, at most a step away in percent and in °C, and not warmer than the limit when idle. With the stage cost e_l T_l,
/// V_k(l) = min over l' of V_(k-1)(l') + e_l T_l (Bellman), for each level at the first stage k that reaches it: the fewest stages, and of ways that long the one of least
/// Σ e T. The fans move before the load comes, so the way is walked idle. O(stages × levels²).
/// </remarks>
internal sealed class FanRoutes
{
    private readonly FanTable fan;
    private readonly int[] from;

    /// <summary>Plans the ways from the level where the fan stands.</summary>
    /// <param name="fan">The fan; valid.</param>
    /// <param name="limitCelsius">The temperature that no node may exceed, in °C. The level where the fan stands may be above it: it is left.</param>
    public FanRoutes(FanTable fan, double limitCelsius)
    {
        this.fan = fan;
        from = new int[fan.Levels.Count];
        Array.Fill(from, -1);
        Start = Enumerable.Range(0, fan.Levels.Count).First(l => fan.Levels[l].Percent == fan.StartPercent);
        from[Start] = Start;
        var layer = new Dictionary<int, double> { [Start] = 0 };
        for (var stage = 1; layer.Count > 0 && stage <= (fan.MaxStages ?? fan.Levels.Count); stage++)
        {
            layer = Next(layer, limitCelsius);
        }

        Reachable = [.. Enumerable.Range(0, fan.Levels.Count).Where(l => from[l] >= 0 && fan.Levels[l].TemperatureCelsius <= limitCelsius)];
    }

    /// <summary>The index of the level where the fan stands.</summary>
    public int Start { get; }

    /// <summary>The indexes of the levels that can be reached and are within the limit when idle; empty when there is none.</summary>
    public IReadOnlyList<int> Reachable { get; }

    /// <summary>The levels on the way, from where the fan stands to a level that can be reached, in percent.</summary>
    public IReadOnlyList<double> RouteTo(int level)
    {
        var way = new Stack<double>([fan.Levels[level].Percent]);
        while (level != Start)
        {
            level = from[level];
            way.Push(fan.Levels[level].Percent);
        }

        return [.. way];
    }

    private Dictionary<int, double> Next(Dictionary<int, double> layer, double limitCelsius)
    {
        var next = new Dictionary<int, double>();
        foreach (var level in Enumerable.Range(0, fan.Levels.Count).Where(l => from[l] < 0 && fan.Levels[l].TemperatureCelsius <= limitCelsius))
        {
            foreach (var (before, cost) in layer.OrderBy(static l => l.Key))
            {
                var total = cost + (fan.Levels[level].EfficiencyIndex * fan.Levels[level].TemperatureCelsius);
                if (IsStep(fan.Levels[before], fan.Levels[level]) && (!next.TryGetValue(level, out var known) || total < known))
                {
                    next[level] = total;
                    from[level] = before;
                }
            }
        }

        return next;
    }

    private bool IsStep(FanLevel a, FanLevel b)
    {
        const double rounding = 1e-9;
        return Math.Abs(a.Percent - b.Percent) <= (fan.MaxStepPercent ?? double.PositiveInfinity) + rounding
            && Math.Abs(a.TemperatureCelsius - b.TemperatureCelsius) <= (fan.MaxStepCelsius ?? double.PositiveInfinity) + rounding;
    }
}
