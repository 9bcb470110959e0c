using System.Numerics;
using System.Runtime.InteropServices;
using Datahall.Energy.Curves;

namespace Datahall.Energy.Air;

/// <summary>How the heat of each place warms the inlet of each other: Tin = Tsupply + D·P, D in K/W.</summary>
/// <remarks>
/// Immutable and thread-safe. Source: Tang, Gupta and Varsamopoulos, Energy-efficient thermal-aware task scheduling, IEEE TPDS 19(11), 2008 (XInt).
/// A place is a chassis or a rack.
/// </remarks>
public sealed class RecirculationMatrix
{
    private readonly double[] values; // Row-major: [inlet, source].

    /// <summary>Makes a matrix.</summary>
    /// <param name="places">How many places.</param>
    /// <param name="values">K/W, row-major: [inlet, source]. Not negative.</param>
    /// <exception cref="ArgumentException">There are not places² values, or one is negative or not finite.</exception>
    public RecirculationMatrix(int places, ReadOnlySpan<double> values)
    {
        Require.SameLength(places * places, values.Length, $"a matrix of {places} places");
        foreach (var value in values)
        {
            Require.NotNegative(value);
        }

        (Places, this.values) = (places, values.ToArray());
    }

    /// <summary>How many places.</summary>
    public int Places { get; }

    /// <summary>How much one watt at a source warms an inlet, in K/W.</summary>
    public double this[int inlet, int source] => values[(inlet * Places) + source];

    /// <summary>The rises of the inlets over the supply: D·P. O(places²), allocates nothing.</summary>
    /// <param name="watts">The heat of each place, in watts. Shape [places].</param>
    /// <param name="kelvin">Receives the rises, in kelvin. Shape [places].</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Rises(ReadOnlySpan<double> watts, Span<double> kelvin)
    {
        Require.SameLength(Places, watts.Length, "heat of places");
        Require.SameLength(Places, kelvin.Length, "rises of places");
        for (var row = 0; row < Places; row++)
        {
            kelvin[row] = Dot(Row(row), watts);
        }
    }

    /// <summary>What a weight on each inlet comes to by source: Dᵀ·w. O(places²), allocates nothing.</summary>
    /// <param name="weights">The weights. Shape [places].</param>
    /// <param name="result">Receives the sums. Shape [places].</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Transposed(ReadOnlySpan<double> weights, Span<double> result)
    {
        Require.SameLength(Places, weights.Length, "weights of places");
        Require.SameLength(Places, result.Length, "sums of places");
        result.Clear();
        for (var row = 0; row < Places; row++)
        {
            AddScaled(Row(row), weights[row], result);
        }
    }

    /// <summary>One inlet's row: K/W by source. Shape [places].</summary>
    public ReadOnlySpan<double> Row(int inlet) => values.AsSpan(inlet * Places, Places);

    /// <summary>Reads a dense or sparse square matrix in the Matrix Market exchange format.</summary>
    /// <param name="text">The file's text: <c>%%MatrixMarket matrix coordinate|array real|double|integer general</c>.</param>
    /// <exception cref="FormatException">It is not one; the message says in which line.</exception>
    public static RecirculationMatrix ParseMatrixMarket(string text) => MatrixMarket.Parse(text);

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var va = MemoryMarshal.Cast<double, Vector<double>>(a);
        var vb = MemoryMarshal.Cast<double, Vector<double>>(b);
        var (s0, s1, s2, s3) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        var v = 0;
        for (; v + 3 < va.Length; v += 4)
        {
            // Four sums: one would wait for each addition to end.
            s0 = Vector.FusedMultiplyAdd(va[v], vb[v], s0);
            s1 = Vector.FusedMultiplyAdd(va[v + 1], vb[v + 1], s1);
            s2 = Vector.FusedMultiplyAdd(va[v + 2], vb[v + 2], s2);
            s3 = Vector.FusedMultiplyAdd(va[v + 3], vb[v + 3], s3);
        }

        for (; v < va.Length; v++)
        {
            s0 += va[v] * vb[v];
        }

        var total = Vector.Sum(s0 + s1 + (s2 + s3));
        for (var i = va.Length * Vector<double>.Count; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }

    private static void AddScaled(ReadOnlySpan<double> row, double weight, Span<double> result)
    {
        var from = MemoryMarshal.Cast<double, Vector<double>>(row);
        var to = MemoryMarshal.Cast<double, Vector<double>>(result);
        for (var i = 0; i < from.Length; i++)
        {
            to[i] += from[i] * weight;
        }

        for (var i = from.Length * Vector<double>.Count; i < row.Length; i++)
        {
            result[i] += row[i] * weight;
        }
    }
}
