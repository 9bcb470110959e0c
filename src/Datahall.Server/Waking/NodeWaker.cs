using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using Datahall.Model;
using Datahall.Server.Resources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Waking;

/// <summary>Wakes the nodes that the committed state says are waking, again and again until they are awake or given up: so a lost packet, or a crash here, does no harm.</summary>
internal sealed partial class NodeWaker(ResourceCache cache, string? command, TimeProvider time, ILogger<NodeWaker> logger) : BackgroundService
{
    private static readonly TimeSpan look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan again = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, long> tried = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(look, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var waking = cache.Snapshot(ResourceKinds.Node).Resources.OfType<Node>().Where(static n => n.Status?.Power is PowerState.Waking).ToList();
            foreach (var gone in tried.Keys.Except(waking.Select(static n => n.Name)).ToList())
            {
                tried.Remove(gone);
            }

            // All at once; the slowest command holds up the next look, for at most its time-out.
            await Task.WhenAll(waking.Where(IsDue).Select(node => WakeAsync(node, stoppingToken)));
        }
    }

    private bool IsDue(Node node)
    {
        if (tried.TryGetValue(node.Name, out var at) && time.GetElapsedTime(at) < again)
        {
            return false;
        }

        tried[node.Name] = time.GetTimestamp();
        return true;
    }

    private async Task WakeAsync(Node node, CancellationToken cancellationToken)
    {
        try
        {
            if (command is not null)
            {
                await RunAsync(node.Name, cancellationToken);
                return;
            }

            foreach (var mac in node.Status!.Macs)
            {
                await MagicPacket.SendAsync(mac, cancellationToken);
            }
        }
        catch (Exception e) when (e is SocketException or Win32Exception or TimeoutException)
        {
            LogFailed(node.Name, e.Message);
        }
    }

    private async Task RunAsync(string node, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", command! }, Environment = { ["DATAHALL_NODE"] = node } })!;
        await process.WaitForExitAsync(cancellationToken).WaitAsync(patience, time, cancellationToken);
        if (process.ExitCode != 0)
        {
            LogFailed(node, $"'{command}' ended with exit code {process.ExitCode}");
        }
    }

    [LoggerMessage(3961, LogLevel.Warning, "Node {Node} was not woken: {Reason}; it is tried again")]
    private partial void LogFailed(string node, string reason);
}
