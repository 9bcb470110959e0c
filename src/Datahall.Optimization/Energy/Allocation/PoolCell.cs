namespace Datahall.Optimization.Energy.Allocation;

/// <summary>A node's part in a cell: its capacity is the sum of these multiples of the cell's three corners.</summary>
internal readonly record struct Corners(int Supply, double A, double B, double C);

/// <summary>Nodes whose capacities point into one triangle of directions, and whose heat prices lie in one band.</summary>
/// <param name="A">A corner: amounts in units of the mean capacity.</param>
/// <param name="B">A corner.</param>
/// <param name="C">A corner.</param>
/// <param name="Band">The lowest and the highest heat price of the band.</param>
/// <param name="Nodes">The nodes.</param>
internal sealed record PoolCell(Amounts A, Amounts B, Amounts C, (double Low, double High) Band, IReadOnlyList<Corners> Nodes)
{
    /// <summary>Cuts the triangle in two across its longest side; a half without nodes is left out.</summary>
    public IEnumerable<PoolCell> Bisect()
    {
        var (ab, bc, ca) = (Length(A, B), Length(B, C), Length(C, A));
        var turned = ab >= bc && ab >= ca ? this : bc >= ca ? Turn() : Turn().Turn();
        return turned.CutFirstSide().Where(static cell => cell.Nodes.Count > 0);
    }

    /// <summary>Cuts the band in two in the middle; a half without nodes is left out.</summary>
    public IEnumerable<PoolCell> SplitBand(IReadOnlyList<Supply> supplies)
    {
        var middle = (Band.Low + Band.High) / 2;
        var halves = Nodes.ToLookup(n => supplies[n.Supply].HeatPrice <= middle);
        return new[] { this with { Band = (Band.Low, middle), Nodes = [.. halves[true]] }, this with { Band = (middle, Band.High), Nodes = [.. halves[false]] } }
            .Where(static cell => cell.Nodes.Count > 0);
    }

    private PoolCell Turn() => new(B, C, A, Band, [.. Nodes.Select(static n => new Corners(n.Supply, n.B, n.C, n.A))]);

    // With M = (A + B) / 2: aA + bB is (a - b)A + 2bM where a is the greater, and (b - a)B + 2aM where b is.
    private PoolCell[] CutFirstSide()
    {
        var middle = 0.5 * (A + B);
        return
        [
            this with { B = middle, Nodes = [.. Nodes.Where(static n => n.A >= n.B).Select(static n => new Corners(n.Supply, n.A - n.B, 2 * n.B, n.C))] },
            this with { A = middle, Nodes = [.. Nodes.Where(static n => n.A < n.B).Select(static n => new Corners(n.Supply, 2 * n.A, n.B - n.A, n.C))] },
        ];
    }

    private static double Length(Amounts from, Amounts to) => (to - from) is var side ? side.Dot(side) : 0;
}
