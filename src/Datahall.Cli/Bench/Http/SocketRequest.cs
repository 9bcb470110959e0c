using System.Net;
using System.Net.Sockets;

namespace Datahall.Cli.Bench.Http;

/// <summary>A request as it goes over a socket.</summary>
/// <param name="Bytes">The whole request.</param>
/// <param name="IsHead">Whether the response has no body.</param>
/// <param name="Server">The index of its server.</param>
/// <param name="Addresses">The addresses of the server, in the order in which they are tried.</param>
internal sealed record SocketRequest(byte[] Bytes, bool IsHead, int Server, IReadOnlyList<IPEndPoint> Addresses)
{
    /// <summary>Resolves the names of servers, once, and writes the requests.</summary>
    /// <exception cref="SocketException">A name has no address. The message names it.</exception>
    public static async Task<IReadOnlyList<SocketRequest>> PrepareAsync(IReadOnlyList<HttpTarget> targets, CancellationToken cancellationToken)
    {
        var servers = targets.Select(static target => target.Url.Authority).Distinct().ToList();
        var requests = new List<SocketRequest>();
        foreach (var target in targets)
        {
            var addresses = await Dns.GetHostAddressesAsync(target.Url.IdnHost, cancellationToken);
            requests.Add(new(target.ToBytes(), target.IsHead, servers.IndexOf(target.Url.Authority), [.. addresses.Select(address => new IPEndPoint(address, target.Url.Port))]));
        }

        return requests;
    }
}
