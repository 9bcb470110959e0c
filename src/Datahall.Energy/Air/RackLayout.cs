using Datahall.Energy.Curves;

namespace Datahall.Energy.Air;

/// <summary>Where a rack stands and what air it draws.</summary>
/// <param name="Row">The row, from 0.</param>
/// <param name="Place">The place in its row, from 0.</param>
/// <param name="CubicMetresPerSecond">The air that its servers draw at full speed, in m³/s; 0 for an empty rack.</param>
public readonly record struct RackPosition(int Row, int Place, double CubicMetresPerSecond);

/// <summary>Makes the default recirculation of a hall from where its racks stand, when nobody measured or simulated it.</summary>
/// <remarks>
/// Each inlet draws a share r of its air from exhausts, the nearer the more: weights e^(−d/λ), d the distance in racks, a row apart counting as
/// <see cref="RowDistance"/>; a rack at the end of its row draws <see cref="EndOfRow"/> times as much, because air comes round the row. With A these shares
/// and K the heat capacity of each rack's flow, D = (I − A)⁻¹·A·K⁻¹: the cross-interference form of Tang et al. (TPDS 2008). r = 0.1 is the design
/// recirculation of EnergyPlus' ITE object; λ, the rows and the ends are engineering defaults, not measurements.
/// </remarks>
public static class RackLayout
{
    /// <summary>λ, in racks.</summary>
    public const double Reach = 1.5;

    /// <summary>How far the next row is, in racks.</summary>
    public const double RowDistance = 4;

    /// <summary>How much more exhaust a rack at the end of its row draws.</summary>
    public const double EndOfRow = 1.5;

    private const int Terms = 40;

    /// <summary>Makes the matrix. O(racks³) once.</summary>
    /// <param name="racks">The racks of one hall.</param>
    /// <param name="share">r: the share of exhaust in what a rack in the middle of a row draws, from 0 to 0.5.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of its range.</exception>
    public static RecirculationMatrix Recirculation(IReadOnlyList<RackPosition> racks, double share)
    {
        if (Require.NotNegative(share) > 0.5)
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, $"{share} of the air would be exhaust; it must be from 0 to 0.5");
        }

        var n = racks.Count;
        var draw = Draw(racks, share);
        var first = new double[n * n]; // A·K⁻¹
        for (var i = 0; i < n * n; i++)
        {
            var flow = racks[i % n].CubicMetresPerSecond;
            first[i] = flow > 0 ? draw[i] * AirStream.Rise(1, flow) : 0;
        }

        // (I − A)⁻¹ = I + A + A² + …: every row of A sums to at most 0.75, so that 40 terms leave less than 0.001 % of the rise.
        var sum = first.ToArray();
        var next = new double[n * n];
        for (var term = 1; term < Terms && n > 0; term++)
        {
            Multiply(draw, sum, next, n);
            for (var i = 0; i < sum.Length; i++)
            {
                next[i] += first[i];
            }

            (sum, next) = (next, sum);
        }

        return new(n, sum);
    }

    private static double[] Draw(IReadOnlyList<RackPosition> racks, double share)
    {
        var n = racks.Count;
        var draw = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            var row = draw.AsSpan(i * n, n);
            var total = 0.0;
            for (var j = 0; j < n; j++)
            {
                row[j] = racks[j].CubicMetresPerSecond > 0 ? Math.Exp(-Distance(racks[i], racks[j]) / Reach) : 0;
                total += row[j];
            }

            var scale = total > 0 ? share * (IsEnd(racks, i) ? EndOfRow : 1) / total : 0;
            for (var j = 0; j < n; j++)
            {
                row[j] *= scale;
            }
        }

        return draw;
    }

    private static double Distance(RackPosition a, RackPosition b)
    {
        var (across, along) = ((a.Row - b.Row) * RowDistance, (double)(a.Place - b.Place));
        return Math.Sqrt((across * across) + (along * along));
    }

    private static bool IsEnd(IReadOnlyList<RackPosition> racks, int i)
    {
        var (hasLeft, hasRight) = (false, false);
        foreach (var other in racks)
        {
            hasLeft |= other.Row == racks[i].Row && other.Place < racks[i].Place;
            hasRight |= other.Row == racks[i].Row && other.Place > racks[i].Place;
        }

        return !(hasLeft && hasRight);
    }

    private static void Multiply(double[] a, double[] b, double[] result, int n)
    {
        Array.Clear(result);
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < n; k++)
            {
                var factor = a[(i * n) + k];
                for (var j = 0; j < n; j++)
                {
                    result[(i * n) + j] += factor * b[(k * n) + j];
                }
            }
        }
    }
}
