using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Datahall.Fleet.Logs;

namespace Datahall.Fleet.Readings;

/// <summary>The last Xid error of each GPU that the kernel logged since this was made. What it logged before is old news.</summary>
/// <remarks>Reading <c>/dev/kmsg</c> needs root or CAP_SYSLOG; without it nothing is known. For one caller at a time.</remarks>
internal sealed partial class XidLog
{
    private const int MostRecords = 10_000; // In one look, so that a flood cannot hold up the agent.

    private readonly KernelLogFile log;
    private readonly byte[] record = new byte[KernelLogFile.RecordBytes];
    private readonly Dictionary<string, int> last = new(StringComparer.Ordinal);
    private string rest = "";

    /// <summary>Opens a log at its end.</summary>
    /// <param name="path">The kernel's log, or a file like it.</param>
    public XidLog(string path)
    {
        log = KernelLogFile.Open(path);
        log.SkipToEnd();
    }

    /// <summary>Whether the log can be read.</summary>
    public bool IsReadable => log.Fault is null;

    /// <summary>Takes up what was logged since the last look.</summary>
    public void Look()
    {
        for (var i = 0; i < MostRecords && log.Read(record) is var length and > 0; i++)
        {
            Take(Encoding.UTF8.GetString(record, 0, length));
        }
    }

    /// <summary>The number of a GPU's last error; 0: it had none.</summary>
    /// <param name="address">Its PCI address as <c>nvidia-smi</c> writes it, such as <c>00000000:3B:00.0</c>.</param>
    public int LastOf(string address) => last.GetValueOrDefault(Short(address));

    private void Take(string text)
    {
        var lines = (rest + text).Split('\n');
        rest = lines[^1];
        foreach (var line in lines.AsSpan(..^1))
        {
            if (Error().Match(line) is { Success: true } found)
            {
                last[Short(found.Groups[1].Value)] = int.Parse(found.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
            }
        }
    }

    // 00000000:3B:00.0 and 0000:3b:00 are the same GPU.
    private static string Short(string address)
    {
        var parts = address.ToLowerInvariant().Split('.')[0].Split(':');
        return parts is [var domain, var bus, var device] ? $"{domain[Math.Max(0, domain.Length - 4)..]}:{bus}:{device}" : address.ToLowerInvariant();
    }

    [GeneratedRegex(@"NVRM: Xid \((?:PCI:)?([0-9a-fA-F:.]{5,20})\): ([0-9]{1,4})\b")]
    private static partial Regex Error();
}
