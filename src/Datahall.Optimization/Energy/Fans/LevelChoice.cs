namespace Datahall.Optimization.Energy.Fans;

/// <summary>What fan levels cost, and which are best for a given load.</summary>
internal sealed class LevelChoice(Hall hall)
{
    // A load that reaches the limit exactly must not be above it by rounding.
    private const double Rounding = 1e-9;

    private readonly double weight = hall.Model.Weights.Temperature;

    /// <summary>The levels where the fans stand; where that is too warm, the cheapest that can be reached.</summary>
    public int[] Start() =>
        [.. hall.Routes.Select((r, f) => r.Reachable.Contains(r.Start) ? r.Start : r.Reachable.MinBy(l => Cost(f, l, 0)))];

    /// <summary>The levels that bear the most load, the cheapest of them.</summary>
    public int[] Roomiest() =>
        [.. hall.Routes.Select((r, f) => r.Reachable.OrderByDescending(l => hall.LoadLimit(Level(f, l))).ThenBy(l => Cost(f, l, 0)).First())];

    /// <summary>The best of some levels of each fan for a load. The levels as they are stay where no other is better.</summary>
    public int[] Best(Placing placing, IReadOnlyList<int> now, Func<int, IReadOnlyList<int>> choices) =>
        [.. now.Select((level, fan) => Best(fan, level, choices(fan), placing.Busy(hall, fan), placing.PeakOf(hall, fan)))];

    /// <summary>The weighted Σ e T of a fan's nodes at a level.</summary>
    /// <param name="fan">The fan.</param>
    /// <param name="level">The index of its level.</param>
    /// <param name="busy">The load, in fully loaded nodes.</param>
    public double Cost(int fan, int level, double busy)
    {
        var at = Level(fan, level);
        return weight * at.EfficiencyIndex * ((at.TemperatureCelsius * hall.NodesOf[fan]) + (at.RiseCelsius * busy));
    }

    /// <summary>The weighted Σ e T of all nodes.</summary>
    public double Cost(Placing placing, IReadOnlyList<int> levels) => levels.Select((l, f) => Cost(f, l, placing.Busy(hall, f))).Sum();

    /// <summary>A fan's level.</summary>
    public FanLevel Level(int fan, int level) => hall.Tables[fan].Levels[level];

    private int Best(int fan, int now, IReadOnlyList<int> choices, double busy, double peak)
    {
        var allowed = choices.Where(l => peak <= hall.LoadLimit(Level(fan, l)) + Rounding).ToList();
        var best = allowed.Contains(now) ? now : allowed[0];
        foreach (var level in allowed)
        {
            var least = Cost(fan, best, busy);
            best = Cost(fan, level, busy) < least - (Rounding * Math.Abs(least)) ? level : best;
        }

        return best;
    }
}
