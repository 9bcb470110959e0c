namespace Datahall.Optimization.Energy.Allocation;

/// <summary>Pools that nodes of any capacities give parts of themselves to, fine where it matters.</summary>
/// <remarks>
/// <para>
/// The direction of a node's capacity is a point of a triangle whose corners are compute, storage and bandwidth alone. The triangle is cut into smaller ones; a node is
/// written as the sum of multiples of the three corners of its own. All parts with one corner make a pool, and nodes take an equal part in what is placed in the pool. So
/// what is placed in pools is placed on nodes without breaking a capacity: the pooled optimum is reachable. It falls short of the true one only where the worth of a
/// direction, a concave function made of planes, bends within a triangle.
/// </para>
/// <para>
/// How short is known for each node: the bound's part of the node less what its parts are worth in the pools. The triangles with the most of it are cut further. Nodes that
/// are alone in a triangle, or two there, are pools of their own; so in the end nothing is lost, and mostly the end is far off.
/// </para>
/// </remarks>
internal sealed class NodePools
{
    private const int FirstCuts = 6;
    private const int FewestNodes = 2;

    private readonly IReadOnlyList<Supply> supplies;
    private readonly Amounts unit;
    private readonly List<(int Pool, double Share)>[] shares;
    private List<PoolCell> cells;

    public NodePools(IReadOnlyList<Supply> supplies)
    {
        this.supplies = supplies;
        unit = Amounts.Each(r => supplies.Average(s => s.Capacity[r]) is > 0 and var mean ? mean : 1);
        shares = new List<(int, double)>[supplies.Count];
        var band = (supplies.Min(static s => s.HeatPrice), supplies.Max(static s => s.HeatPrice));
        var all = supplies.Select((s, i) => new Corners(i, s.Capacity.Compute / unit.Compute, s.Capacity.Storage / unit.Storage, s.Capacity.Bandwidth / unit.Bandwidth));
        cells = [new(new(1, 0, 0), new(0, 1, 0), new(0, 0, 1), band, [.. all])];
        for (var i = 0; i < FirstCuts; i++)
        {
            cells = [.. cells.SelectMany(static cell => cell.Bisect())];
        }
    }

    /// <summary>For each supply the pools it is part of, with its share of the pool; after <see cref="Make"/>.</summary>
    public IReadOnlyList<IReadOnlyList<(int Pool, double Share)>> Shares => shares;

    /// <summary>Makes the pools of the cells as they are now.</summary>
    public List<Supply> Make()
    {
        var parts = new List<List<(int Node, double Mass)>>();
        var corners = new List<Amounts?>();
        var known = new Dictionary<(Amounts Corner, (double, double) Band), int>();
        foreach (var cell in cells)
        {
            if (cell.Nodes.Count <= FewestNodes)
            {
                cell.Nodes.ToList().ForEach(node => parts[Add(null)].Add((node.Supply, 1)));
                continue;
            }

            foreach (var node in cell.Nodes)
            {
                Give(node.Supply, cell.A, node.A, cell.Band);
                Give(node.Supply, cell.B, node.B, cell.Band);
                Give(node.Supply, cell.C, node.C, cell.Band);
            }
        }

        return Join(parts, corners);

        int Add(Amounts? corner)
        {
            parts.Add([]);
            corners.Add(corner);
            return parts.Count - 1;
        }

        void Give(int node, Amounts corner, double mass, (double, double) band)
        {
            if (mass > 0)
            {
                var pool = known.TryGetValue((corner, band), out var found) ? found : known[(corner, band)] = Add(corner);
                parts[pool].Add((node, mass));
            }
        }
    }

    /// <summary>Cuts the cells that hold most of what is lost.</summary>
    /// <param name="loss">What each supply loses by pooling, in the objective.</param>
    /// <param name="prices">What each supply's resources are worth.</param>
    /// <param name="share">The part of all losses that is cut into, 0 to 1.</param>
    /// <returns>Whether anything was cut; where nothing was, the pools are as fine as they get.</returns>
    public bool Refine(IReadOnlyList<double> loss, IReadOnlyList<Amounts> prices, double share)
    {
        var ordered = cells.Select((cell, index) => (Index: index, Loss: cell.Nodes.Count <= FewestNodes ? 0 : cell.Nodes.Sum(n => Math.Max(0, loss[n.Supply]))))
            .Where(static c => c.Loss > 0).OrderByDescending(static c => c.Loss).ThenBy(static c => c.Index).ToList();
        var (left, cut) = (ordered.Sum(static c => c.Loss) * share, new Dictionary<int, double>());
        foreach (var (index, lost) in ordered.TakeWhile(_ => left > 0))
        {
            cut[index] = lost;
            left -= lost;
        }

        cells = [.. cells.SelectMany((cell, index) => cut.TryGetValue(index, out var lost) ? Cut(cell, lost, prices) : [cell])];
        return cut.Count > 0;
    }

    // Heat prices part nodes only where some leave compute idle rather than heat it, and others do not; there the band is cut, if that could account for half of the loss.
    private IEnumerable<PoolCell> Cut(PoolCell cell, double loss, IReadOnlyList<Amounts> prices)
    {
        var mean = cell.Nodes.Average(n => supplies[n.Supply].HeatPrice);
        var idle = cell.Nodes.Count(n => prices[n.Supply].Compute <= 0);
        return idle > 0 && idle < cell.Nodes.Count && cell.Nodes.Sum(n => Math.Abs(supplies[n.Supply].HeatPrice - mean) * supplies[n.Supply].Capacity.Compute) > loss / 2
            ? cell.SplitBand(supplies)
            : cell.Bisect().SelectMany(static half => half.Bisect());
    }

    private List<Supply> Join(List<List<(int Node, double Mass)>> parts, List<Amounts?> corners)
    {
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = [];
        }

        var pools = new List<Supply>();
        for (var p = 0; p < parts.Count; p++)
        {
            var mass = parts[p].Sum(static part => part.Mass);
            var capacity = corners[p] is { } corner ? mass * corner.Times(unit) : supplies[parts[p][0].Node].Capacity;
            pools.Add(new(capacity, parts[p].Sum(part => part.Mass * supplies[part.Node].HeatPrice) / mass));
            foreach (var (node, part) in parts[p])
            {
                shares[node].Add((p, part / mass));
            }
        }

        return pools;
    }
}
