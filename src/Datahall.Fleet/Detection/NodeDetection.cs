using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Datahall.Fleet.Readings;
using Datahall.Model;

namespace Datahall.Fleet.Detection;

/// <summary>Finds out what this machine has.</summary>
public static class NodeDetection
{
    /// <summary>Processors, memory, disk and accelerators, as far as this process may use them (affinity, cgroups).</summary>
    /// <param name="dataDirectory">Whose disk counts.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<NodeCapacity> DetectAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var memory = Meminfo.Read("/proc/meminfo");
        var allowed = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return new()
        {
            Cpu = new(Environment.ProcessorCount * 1000L),
            Memory = new(memory.TotalBytes > 0 ? Math.Min(memory.TotalBytes, allowed) : allowed),
            Disk = new(DiskOf(dataDirectory)?.TotalSize ?? 0),
            Devices = await NvidiaSmi.DetectAsync(cancellationToken),
        };
    }

    /// <summary>The machine's first IPv4 address that is not its own loopback; 127.0.0.1 when there is none.</summary>
    public static string Address() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(static card => card.OperationalStatus is OperationalStatus.Up && card.NetworkInterfaceType is not NetworkInterfaceType.Loopback)
        .SelectMany(static card => card.GetIPProperties().UnicastAddresses)
        .Select(static address => address.Address)
        .FirstOrDefault(static address => address.AddressFamily is AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
        ?.ToString() ?? "127.0.0.1";

    /// <summary>The addresses of the machine's wired cards, which a magic packet may wake it at.</summary>
    public static IReadOnlyList<string> Macs() => [.. NetworkInterface.GetAllNetworkInterfaces()
        .Where(static card => card.NetworkInterfaceType is NetworkInterfaceType.Ethernet && card.OperationalStatus is OperationalStatus.Up)
        .Select(static card => card.GetPhysicalAddress().GetAddressBytes())
        .Where(static bytes => bytes.Length == 6 && bytes.Any(static b => b != 0))
        .Select(static bytes => string.Join(':', bytes.Select(static b => b.ToString("x2", CultureInfo.InvariantCulture))))
        .Distinct()
        .Take(16)];

    /// <summary>The disk a directory is on; null when the machine does not say.</summary>
    internal static DriveInfo? DiskOf(string directory)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(directory));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
