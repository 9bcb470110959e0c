using System.Net.NetworkInformation;

namespace Datahall.Cli.Doctor;

/// <summary>Whether the ports are free that tasks are given.</summary>
internal static class PortCheck
{
    private const int First = 20_000;
    private const int Count = 10_000;
    private const string Subject = "task ports";

    public static Finding TaskPorts()
    {
        var taken = Listening().Where(static port => port is >= First and < First + Count).Order().ToArray();
        var (low, high) = Ephemeral();
        if (low < First + Count && high >= First)
        {
            return Finding.Weak(Subject, $"the kernel gives out ports {low}-{high} for outgoing connections, which overlaps {First}-{First + Count - 1}", "sysctl net.ipv4.ip_local_port_range='32768 60999'");
        }

        // Tasks of a running server listen here, so ports in use are no fault.
        return Finding.Good(Subject, $"{First}-{First + Count - 1}{(taken.Length > 0 ? $", {taken.Length} in use" : ", all free")}");
    }

    /// <summary>Whether something listens at a TCP port of this machine.</summary>
    public static bool IsTaken(int port) => Listening().Contains(port);

    private static IEnumerable<int> Listening()
    {
        try
        {
            return IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(static end => end.Port).Distinct();
        }
        catch (NetworkInformationException)
        {
            // Without /proc/net nobody knows; the start of the server will tell.
            return [];
        }
    }

    private static (int Low, int High) Ephemeral()
    {
        const string File = "/proc/sys/net/ipv4/ip_local_port_range";
        return System.IO.File.Exists(File)
            && System.IO.File.ReadAllText(File).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var low, var high]
            && int.TryParse(low, out var first)
            && int.TryParse(high, out var last)
                ? (first, last)
                : (32_768, 60_999);
    }
}
