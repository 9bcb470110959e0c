using Datahall.Server.Metrics;

namespace Datahall.Server.Tests.Metrics;

/// <summary>What docs/metrics.md lists.</summary>
internal static class MetricsPage
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The metrics of the fleet, by name, and whether each is a counter.</summary>
    public static Dictionary<string, string> Fleet() => Rows().Where(static row => row is [var name, "gauge" or "counter", ..] && !name.Contains('.', StringComparison.Ordinal))
        .ToDictionary(static row => row[0], static row => row[1], StringComparer.Ordinal);

    /// <summary>The instruments, by name, with kind and unit.</summary>
    public static Dictionary<string, (string Kind, string Unit)> Instruments() => Rows().Where(static row => row[0].StartsWith("datahall.", StringComparison.Ordinal))
        .ToDictionary(static row => row[0], static row => (row[1], row[2]), StringComparer.Ordinal);

    /// <summary>All names that Prometheus may have of them.</summary>
    public static HashSet<string> PrometheusNames()
    {
        var names = new HashSet<string>(Fleet().Keys, StringComparer.Ordinal);
        foreach (var (instrument, (kind, unit)) in Instruments())
        {
            var name = InstrumentName.Of(instrument, unit, kind == "counter", kind == "gauge");
            names.UnionWith(kind == "histogram" ? [name + "_bucket", name + "_sum", name + "_count"] : [name]);
        }

        return names;
    }

    private static IEnumerable<string[]> Rows() => File.ReadLines(Path.Combine(Root, "docs", "metrics.md"))
        .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(static line => line.Trim('|').Split('|').Select(static cell => cell.Trim().Trim('`')).ToArray());

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Datahall.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"no Datahall.slnx above {AppContext.BaseDirectory}");
        }

        return folder;
    }
}
