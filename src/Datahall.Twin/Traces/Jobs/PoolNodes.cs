using System.Globalization;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>The nodes of a pool: how many GPUs each has.</summary>
public static class PoolNodes
{
    private const int MostNodes = 100_000;

    /// <summary>Reads <c>72x8</c>: 72 nodes of 8 GPUs; several kinds are parted by commas.</summary>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static IReadOnlyList<int> Parse(string text)
    {
        var nodes = new List<int>();
        foreach (var kind in text.Split(','))
        {
            if (kind.Split('x') is not [var count, var gpus]
                || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
                || !int.TryParse(gpus, NumberStyles.None, CultureInfo.InvariantCulture, out var g)
                || n is < 1 or > MostNodes
                || g is < 1 or > 1024)
            {
                throw new FormatException($"'{kind}' is no pool; write NODESxGPUS, such as 72x8, with 1 to {MostNodes} nodes of 1 to 1024 GPUs");
            }

            nodes.AddRange(Enumerable.Repeat(g, n));
        }

        return nodes;
    }

    /// <summary>Reads a file with the columns name and gpus. A node without GPUs is left out.</summary>
    /// <exception cref="TraceException">It cannot be used; the message says where.</exception>
    public static IReadOnlyList<int> Read(string file)
    {
        var table = CsvTable.Read(file, "name", "gpus");
        List<int> nodes = [.. Enumerable.Range(0, table.Count).Select(row => table.Number(row, "gpus")).Where(static gpus => gpus > 0)];
        return nodes.Count > 0 ? nodes : throw new TraceException($"{file}: no node has GPUs; give each node a line with its name and gpus");
    }
}
