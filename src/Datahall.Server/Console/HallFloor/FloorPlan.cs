using Datahall.Model;

namespace Datahall.Server.Console.HallFloor;

/// <summary>The floor of a hall: its racks in rows, and the nodes in each rack, with places in a picture.</summary>
/// <param name="Site">The site; empty for nodes without a place.</param>
/// <param name="Hall">The hall; empty for nodes without a place.</param>
/// <param name="Width">The width of the picture.</param>
/// <param name="Height">The height of the picture.</param>
/// <param name="Racks">The racks.</param>
internal sealed record FloorPlan(string Site, string Hall, int Width, int Height, IReadOnlyList<FloorRack> Racks)
{
    /// <summary>The width of a rack.</summary>
    public const int RackWidth = 72;

    /// <summary>The height of a node.</summary>
    public const int NodeHeight = 12;

    /// <summary>The room above a rack's nodes, for its name.</summary>
    public const int Head = 16;

    private const int Gap = 10;
    private const int RacksInRow = 14;
    private const int NodesInUnplacedRack = 20;

    /// <summary>The floors of all sites, and of nodes whose place is not known.</summary>
    /// <param name="sites">The sites, by name.</param>
    /// <param name="nodes">The nodes, by name.</param>
    public static IReadOnlyList<FloorPlan> Of(IReadOnlyList<Site> sites, IReadOnlyList<Node> nodes)
    {
        var onlySite = sites.Count == 1 ? sites[0].Name : "";
        var byRack = nodes.Where(static node => node.Spec.Location is not null)
            .ToLookup(node => (node.Spec.Location!.Site ?? onlySite, node.Spec.Location.Hall, node.Spec.Location.Rack));
        var floors = new List<FloorPlan>();
        var placed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var site in sites)
        {
            foreach (var hall in site.Spec.Halls)
            {
                var rows = RowsOf(hall).Select(row => row.Select(rack => (rack.Name, Nodes: (IReadOnlyList<Node>)[.. byRack[(site.Name, hall.Name, rack.Name)]])).ToList());
                var floor = Lay(site.Name, hall.Name, [.. rows.SelectMany(static row => row.Chunk(RacksInRow))]);
                placed.UnionWith(floor.Racks.SelectMany(static rack => rack.Nodes).Select(static node => node.Name));
                floors.Add(floor);
            }
        }

        var rest = nodes.Where(node => !placed.Contains(node.Name)).ToList();
        if (rest.Count > 0)
        {
            var racks = rest.Chunk(NodesInUnplacedRack).Select(static part => ("", (IReadOnlyList<Node>)part));
            floors.Add(Lay("", "", [.. racks.Chunk(RacksInRow)]));
        }

        return floors;
    }

    private static IEnumerable<IEnumerable<Rack>> RowsOf(Hall hall)
    {
        var all = hall.AllRacks().ToList();
        yield return all.Take(hall.Racks.Count);
        var at = hall.Racks.Count;
        foreach (var row in hall.Rows)
        {
            yield return all.Skip(at).Take(row.Racks);
            at += row.Racks;
        }
    }

    private static FloorPlan Lay(string site, string hall, IReadOnlyList<(string Name, IReadOnlyList<Node> Nodes)[]> rows)
    {
        var racks = new List<FloorRack>();
        var (width, y) = (0, 0);
        foreach (var row in rows.Where(static row => row.Length > 0))
        {
            var height = Head + (Math.Max(1, row.Max(static rack => rack.Nodes.Count)) * NodeHeight) + 4;
            for (var i = 0; i < row.Length; i++)
            {
                racks.Add(new(row[i].Name, i * (RackWidth + Gap), y, height, row[i].Nodes));
            }

            width = Math.Max(width, (row.Length * (RackWidth + Gap)) - Gap);
            y += height + (2 * Gap);
        }

        return new(site, hall, Math.Max(width, 1), Math.Max(y - (2 * Gap), 1), racks);
    }
}

/// <summary>A rack in the picture.</summary>
/// <param name="Name">Its name.</param>
/// <param name="X">Its left edge.</param>
/// <param name="Y">Its upper edge.</param>
/// <param name="Height">Its height.</param>
/// <param name="Nodes">Its nodes, by name, from above.</param>
internal sealed record FloorRack(string Name, int X, int Y, int Height, IReadOnlyList<Node> Nodes);
