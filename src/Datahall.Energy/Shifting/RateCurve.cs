using Datahall.Energy.Curves;

namespace Datahall.Energy.Shifting;

/// <summary>A rate that is constant between edges, such as a tariff's price or a grid's carbon intensity, from time 0 on.</summary>
/// <remarks>Immutable; safe to share. Rates may be negative: there are hours in which energy costs less than nothing.</remarks>
public sealed class RateCurve
{
    // A start and a length need not add up to the end that they were reckoned from.
    private const double Rounding = 1e-9;

    private readonly double[] edges;
    private readonly double[] rates;
    private readonly double[] sums; // The integral up to each edge.

    /// <summary>Makes a curve.</summary>
    /// <param name="edges">Where the rate changes, in seconds, rising, the first 0. Shape [n + 1].</param>
    /// <param name="rates">The rate from each edge to the next, per unit of energy, finite. Shape [n], at least 1.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the edges do not rise from 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite.</exception>
    public RateCurve(ReadOnlySpan<double> edges, ReadOnlySpan<double> rates)
    {
        Require.SameLength(edges.Length, rates.Length + 1, "edges, and one more than rates");
        (this.edges, this.rates, sums) = (edges.ToArray(), rates.ToArray(), new double[edges.Length]);
        if (rates.Length == 0 || edges[0] != 0)
        {
            throw new ArgumentException("a curve has at least one rate, and begins at 0", nameof(edges));
        }

        for (var i = 0; i < rates.Length; i++)
        {
            if (!(Require.Finite(edges[i + 1]) > edges[i]))
            {
                throw new ArgumentException($"edge {i + 1} is {edges[i + 1]}; it must be above {edges[i]}, the one before", nameof(edges));
            }

            sums[i + 1] = sums[i] + (Require.Finite(rates[i]) * (edges[i + 1] - edges[i]));
        }
    }

    /// <summary>How many pieces of one rate it has.</summary>
    public int Count => rates.Length;

    /// <summary>Where it ends, in seconds.</summary>
    public double End => edges[^1];

    /// <summary>Where a piece begins, in seconds; the piece of number <see cref="Count"/> begins at the end.</summary>
    public double Edge(int piece) => edges[piece];

    /// <summary>The rate of a piece.</summary>
    public double Rate(int piece) => rates[piece];

    /// <summary>The mean rate of a time within the curve; at once, for a time of no length.</summary>
    /// <param name="from">From, in seconds.</param>
    /// <param name="to">To, in seconds, not before <paramref name="from"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not within the curve.</exception>
    /// <remarks>O(log n).</remarks>
    public double Mean(double from, double to)
    {
        if (!(from >= 0 && to >= from && to <= End * (1 + Rounding)))
        {
            throw new ArgumentOutOfRangeException(nameof(from), $"from {from} to {to} s is not within the curve, from 0 to {End} s");
        }

        (from, to) = (Math.Min(from, End), Math.Min(to, End));
        return to > from ? (Sum(to) - Sum(from)) / (to - from) : rates[PieceAt(from)];
    }

    private double Sum(double at)
    {
        var piece = PieceAt(at);
        return sums[piece] + (rates[piece] * (at - edges[piece]));
    }

    private int PieceAt(double at)
    {
        var found = Array.BinarySearch(edges, at);
        return Math.Min(found < 0 ? ~found - 1 : found, rates.Length - 1);
    }
}
