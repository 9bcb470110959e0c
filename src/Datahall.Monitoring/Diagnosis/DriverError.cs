using System.Buffers.Text;
using System.Text;

namespace Datahall.Monitoring.Diagnosis;

/// <summary>An error that the NVIDIA driver writes to the kernel's log with a code: <c>NVRM: Xid (PCI:0000:3b:00): 79, ...</c> or <c>nvidia-nvswitch0: SXid (PCI:...): 20034, ...</c>.</summary>
/// <param name="IsSwitch">Whether the code is one of a switch (SXid).</param>
/// <param name="Code">The code.</param>
/// <param name="Device">The PCI address, without <c>PCI:</c>.</param>
internal readonly record struct DriverError(bool IsSwitch, int Code, string Device)
{
    private const int LongestDevice = 40;

    public static bool TryRead(ReadOnlySpan<byte> line, out DriverError error)
    {
        error = default;
        var at = line.IndexOf("Xid ("u8);
        if (at < 0)
        {
            return false;
        }

        var isSwitch = at > 0 && line[at - 1] is (byte)'S';
        var before = line[..(isSwitch ? at - 1 : at)];
        if (!before.EndsWith(isSwitch ? ": "u8 : "NVRM: "u8) || (isSwitch && before.LastIndexOf("nvidia-nvswitch"u8) < 0))
        {
            return false;
        }

        var rest = line[(at + "Xid ("u8.Length)..];
        var close = rest.IndexOf("): "u8);
        if (close is < 1 or > LongestDevice || !Utf8Parser.TryParse(rest[(close + 3)..], out int code, out var taken) || code <= 0)
        {
            return false;
        }

        var after = rest[(close + 3 + taken)..];
        if (!after.IsEmpty && after[0] is not ((byte)',' or (byte)' ' or (byte)':'))
        {
            return false;
        }

        var device = rest[..close];
        error = new(isSwitch, code, Encoding.UTF8.GetString(device.StartsWith("PCI:"u8) ? device[4..] : device));
        return true;
    }

    /// <summary>What the driver says has to be done, from the text of Xid 154: <c>... to 0x1 (GPU Reset Required)</c>; null when it says nothing.</summary>
    public static string? RecoveryAction(string line)
    {
        var to = line.LastIndexOf(" to ", StringComparison.Ordinal);
        var open = to < 0 ? -1 : line.IndexOf('(', to);
        var close = open < 0 ? -1 : line.IndexOf(')', open);
        return close < 0 || line.AsSpan(open + 1, close - open - 1) is "None" ? null : line[(open + 1)..close];
    }
}
