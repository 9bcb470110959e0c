using Datahall.Energy.Curves;

namespace Datahall.Energy.Supply;

/// <summary>Finds the cheapest way of a set point through a time whose costs are known: dynamic programming over a grid.</summary>
/// <remarks>
/// Bellman: V(h, i) = c(h, i) + min over |j − i| ≤ reach of V(h + 1, j) + move·|j − i|. Exact on the grid; O(stages · points · reach). Ties go to the smaller
/// move, then to the colder point. Keeps its arrays; for one caller.
/// </remarks>
/// <param name="stages">How many stages, above 0.</param>
/// <param name="points">How many points of the grid, above 0.</param>
/// <param name="reach">How many points one stage may move, 0 or more.</param>
/// <param name="moveCost">What a move by one point costs, 0 or more.</param>
public sealed class SetPointGrid(int stages, int points, int reach, double moveCost)
{
    private readonly double moveCost = Require.NotNegative(moveCost);
    private readonly double[] values = new double[stages * points];

    /// <summary>The costs of each stage at each point, to be filled before <see cref="First"/>. Shape [stages, points], row-major.</summary>
    public double[] Costs { get; } = new double[stages * points];

    /// <summary>The first point of the cheapest way.</summary>
    /// <param name="at">Where the set point is now, in points; fractions lie between.</param>
    /// <param name="total">What the whole way costs.</param>
    public int First(double at, out double total)
    {
        for (var h = stages - 1; h >= 0; h--)
        {
            for (var i = 0; i < points; i++)
            {
                values[(h * points) + i] = Costs[(h * points) + i] + (h + 1 < stages ? Onward(h + 1, i, out _) : 0);
            }
        }

        total = Onward(0, Math.Clamp(at, 0, points - 1), out var first);
        return first;
    }

    private double Onward(int stage, double from, out int to)
    {
        var (least, distance) = (double.PositiveInfinity, double.PositiveInfinity);
        to = (int)Math.Round(from);
        for (var j = Math.Max(0, (int)Math.Ceiling(from - reach)); j <= Math.Min(points - 1, (int)Math.Floor(from + reach)); j++)
        {
            var away = Math.Abs(j - from);
            var cost = values[(stage * points) + j] + (moveCost * away);
            if (cost < least || (cost == least && away < distance))
            {
                (least, distance, to) = (cost, away, j);
            }
        }

        return least;
    }
}
