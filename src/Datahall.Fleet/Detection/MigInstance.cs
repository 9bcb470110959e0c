using System.Globalization;
using System.Text.RegularExpressions;
using Datahall.Model;

namespace Datahall.Fleet.Detection;

/// <summary>A part of a GPU that is in MIG mode, with memory and processors of its own.</summary>
/// <param name="Profile">How large it is, such as <c>1g.10gb</c>: sevenths of the GPU's processors, and memory.</param>
/// <param name="Uuid">Its identifier, which is also its name for CUDA.</param>
/// <remarks>Source: NVIDIA Multi-Instance GPU User Guide, "MIG Device Names" and "CUDA Device Enumeration".</remarks>
internal sealed partial record MigInstance(string Profile, string Uuid)
{
    /// <summary>Its memory as its profile says it, in bytes; gb are 10^9 bytes, a little less than what it has. 0 when the profile does not say.</summary>
    public long MemoryBytes =>
        MemoryPart.Match(Profile) is { Success: true } part && long.TryParse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var gigabytes)
            ? gigabytes * 1_000_000_000
            : 0;

    /// <summary>Reads the instances out of what <c>nvidia-smi -L</c> prints, by the UUID of their GPU.</summary>
    public static ILookup<string, MigInstance> Parse(string listing)
    {
        var found = new List<(string Gpu, MigInstance Instance)>();
        var gpu = "";
        foreach (var line in listing.Split('\n'))
        {
            if (GpuLine.Match(line) is { Success: true } whole)
            {
                gpu = whole.Groups[1].Value;
            }
            else if (InstanceLine.Match(line) is { Success: true } part && gpu.Length > 0)
            {
                found.Add((gpu, new(part.Groups[1].Value, part.Groups[2].Value)));
            }
        }

        return found.ToLookup(static entry => entry.Gpu, static entry => entry.Instance, StringComparer.Ordinal);
    }

    /// <summary>What tasks are offered of it.</summary>
    public Device On(Device gpu) => new() { Model = gpu.Model, Memory = new(MemoryBytes), MigProfile = Profile, Uuid = Uuid };

    [GeneratedRegex(@"^GPU \d+: .*\(UUID: ([^)\s]+)\)")]
    private static partial Regex GpuLine { get; }

    [GeneratedRegex(@"^\s+MIG (\S+)\s+Device\s+\d+: \(UUID: ([^)\s]+)\)")]
    private static partial Regex InstanceLine { get; }

    [GeneratedRegex(@"\.(\d+)gb")]
    private static partial Regex MemoryPart { get; }
}
