using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Datahall.Gateway.Routes;

namespace Datahall.Gateway.Feed;

/// <summary>The addresses of replicas that are named by host. A name that cannot be resolved keeps the address it had.</summary>
internal sealed class HostNames
{
    private readonly ConcurrentDictionary<string, IPAddress> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Looks up the names that are no addresses.</summary>
    public async Task ResolveAsync(IEnumerable<string> hosts, CancellationToken cancellationToken)
    {
        foreach (var host in hosts.Distinct(StringComparer.OrdinalIgnoreCase).Where(static host => !IPAddress.TryParse(host, out _)))
        {
            try
            {
                if (await Dns.GetHostAddressesAsync(host, cancellationToken) is [var first, ..])
                {
                    known[host] = first;
                }
            }
            catch (SocketException)
            {
                // The resolver may be away for a while; the next change of routes asks again.
            }
        }
    }

    /// <summary>A replica's end point; null when its name is not known.</summary>
    public EndPoint? EndPointOf(ReplicaConfig replica) =>
        IPAddress.TryParse(replica.Address, out var address) || known.TryGetValue(replica.Address, out address) ? new IPEndPoint(address, replica.Port) : null;
}
