using System.Globalization;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>The nodes of a pool: how many GPUs each has.</summary>
public static class PoolNodes
{
    private const int MostNodes = 100_000;
    private const int MostGpus = 1024;

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
                || g is < 1 or > MostGpus)
            {
                throw new FormatException($"'{kind}' is no pool; write NODESxGPUS, such as 72x8, with 1 to {MostNodes} nodes of 1 to {MostGpus} GPUs");
            }

            nodes.AddRange(Enumerable.Repeat(g, n));
        }

        return nodes;
    }

    /// <summary>
    /// Reads a file with a line for each node, and its GPUs in the column gpus, or gpu as openb has it. A node without GPUs is left out.
    /// </summary>
    /// <exception cref="TraceException">It cannot be used; the message says where.</exception>
    public static IReadOnlyList<int> Read(string file)
    {
        var table = CsvTable.Read(file);
        var column = table.Has("gpu") && !table.Has("gpus") ? "gpu" : table.Required("gpus");
        List<int> nodes = [.. Enumerable.Range(0, table.Count).Select(row => Gpus(table, row, column)).Where(static gpus => gpus > 0)];
        return nodes.Count > 0 ? nodes : throw new TraceException($"{file}: no node has GPUs; give each node a line with its name and gpus");
    }

    private static int Gpus(CsvTable table, int row, string column) =>
        table.Number(row, column) is <= MostGpus and var gpus ? gpus : throw table.Wrong(row, column, $"at most {MostGpus}");
}
