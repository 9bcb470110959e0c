using System.Globalization;
using Datahall.Fleet.Readings;

namespace Datahall.Fleet.PowerCaps;

/// <summary>The processor packages with a long-term power limit (RAPL, constraint 0), under <c>/sys/class/powercap</c>.</summary>
/// <remarks>Source: Linux kernel, Documentation/power/powercap/powercap.rst and drivers/powercap/intel_rapl_common.c. Powers are in microwatts.</remarks>
internal static class RaplPackages
{
    private const double Micro = 1e-6;

    // Where the kernel does not say: packages that are held lower hardly compute any more.
    private const double LeastShare = 0.4;

    /// <summary>Those that say their highest limit; packages without it (AMD's, those of virtual machines) cannot be limited.</summary>
    /// <param name="sys">Where <c>/sys</c> is.</param>
    public static IReadOnlyList<CapDevice> Find(string sys)
    {
        var root = Path.Combine(sys, "class/powercap");
        return Directory.Exists(root)
            ? [.. Directory.EnumerateDirectories(root, "intel-rapl:*").Order(StringComparer.Ordinal).Select(Read).OfType<CapDevice>()]
            : [];
    }

    // 'package-0' is a processor; 'psys' would be the whole board, and 'core' and 'dram' are parts of a package.
    private static CapDevice? Read(string zone)
    {
        if (!ProcText.Read(Path.Combine(zone, "name")).StartsWith("package", StringComparison.Ordinal))
        {
            return null;
        }

        var file = Path.Combine(zone, "constraint_0_power_limit_uw");
        if (ProcText.Number(Path.Combine(zone, "constraint_0_max_power_uw")) is not (> 0 and var most) || ProcText.Number(file) is not (> 0 and var limit))
        {
            return null;
        }

        var least = ProcText.Number(Path.Combine(zone, "constraint_0_min_power_uw")) is > 0 and var said && said < most ? said : most * LeastShare;
        return new(Path.GetFileName(zone), least * Micro, most * Micro, limit * Micro, (watts, _) => Task.FromResult(Write(file, watts)))
        {
            Problem = ProcText.Number(Path.Combine(zone, "enabled")) is 0 ? $"{Path.GetFileName(zone)} does not keep limits: write 1 to {Path.Combine(zone, "enabled")}" : null,
        };
    }

    private static string? Write(string file, double watts)
    {
        try
        {
            File.WriteAllText(file, ((long)Math.Round(watts / Micro)).ToString(CultureInfo.InvariantCulture));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // Reading back tells whether the limit is there all the same.
        {
            return $"{file} cannot be written: {e.Message}";
        }
    }
}
