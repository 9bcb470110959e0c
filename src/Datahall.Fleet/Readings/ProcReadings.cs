using System.Globalization;

namespace Datahall.Fleet.Readings;

/// <summary>The machine's memory.</summary>
/// <param name="TotalBytes">What there is; 0 when the machine does not say.</param>
/// <param name="AvailableBytes">What new programs can have without swapping.</param>
internal readonly record struct Meminfo(long TotalBytes, long AvailableBytes)
{
    public static Meminfo Read(string path) => Parse(ProcText.Read(path));

    public static Meminfo Parse(string text) => new(Kilobytes(text, "MemTotal:") * 1024, Kilobytes(text, "MemAvailable:") * 1024);

    private static long Kilobytes(string text, string name) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? ProcText.Numbers(line[name.Length..]).FirstOrDefault()
            : 0;
}

/// <summary>The processors' time since boot, in clock ticks.</summary>
/// <param name="BusyTicks">Spent working.</param>
/// <param name="TotalTicks">Spent working or idle.</param>
/// <param name="Processors">How many processors the counters are of.</param>
internal readonly record struct CpuTimes(long BusyTicks, long TotalTicks, int Processors)
{
    public static CpuTimes Parse(string text)
    {
        var lines = text.Split('\n').Where(static line => line.StartsWith("cpu", StringComparison.Ordinal)).ToList();
        // user nice system idle iowait irq softirq steal; guest time is in user already.
        var times = lines is [var all, ..] ? ProcText.Numbers(all[3..]).Take(8).ToArray() : [];
        var total = times.Sum();
        return times.Length < 5 ? default : new(total - times[3] - times[4], total, lines.Count - 1);
    }

    /// <summary>Processors in use between two looks, in CPUs.</summary>
    public double UsedSince(CpuTimes before) =>
        TotalTicks > before.TotalTicks ? (double)(BusyTicks - before.BusyTicks) / (TotalTicks - before.TotalTicks) * Processors : 0;
}

/// <summary>Bytes through the machine's network cards since boot, without the loopback.</summary>
/// <param name="Received">Received.</param>
/// <param name="Sent">Sent.</param>
internal readonly record struct NetworkBytes(long Received, long Sent)
{
    public static NetworkBytes Parse(string text)
    {
        var cards = text.Split('\n')
            .Select(static line => line.Split(':'))
            .Where(static parts => parts.Length == 2 && parts[0].Trim() is not "lo" and not "face")
            .Select(static parts => ProcText.Numbers(parts[1]).ToArray())
            .Where(static numbers => numbers.Length >= 9)
            .ToList();
        return new(cards.Sum(static card => card[0]), cards.Sum(static card => card[8]));
    }
}

/// <summary>Reads the kernel's text files.</summary>
internal static class ProcText
{
    /// <summary>A file's text; empty when there is none, or it does not answer (sensors may refuse).</summary>
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public static long? Number(string path) => long.TryParse(Read(path), CultureInfo.InvariantCulture, out var value) ? value : null;

    public static IEnumerable<long> Numbers(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(static word => long.TryParse(word, CultureInfo.InvariantCulture, out var value) ? value : (long?)null)
        .Where(static value => value is not null)
        .Select(static value => value!.Value);
}
