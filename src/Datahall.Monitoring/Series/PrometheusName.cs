namespace Datahall.Monitoring.Series;

/// <summary>What Prometheus takes as a name.</summary>
internal static class PrometheusName
{
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void CheckMetric(string name)
    {
        if (!IsName(name, colons: true))
        {
            throw new ArgumentException($"'{name}' is no name of a metric: write letters, digits, '_' and ':', and begin with no digit");
        }
    }

    /// <exception cref="ArgumentException">It is none.</exception>
    public static void CheckLabel(string name)
    {
        if (!IsName(name, colons: false))
        {
            throw new ArgumentException($"'{name}' is no name of a label: write letters, digits and '_', and begin with no digit");
        }
    }

    private static bool IsName(string name, bool colons) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_' || (c == ':' && colons));
}
