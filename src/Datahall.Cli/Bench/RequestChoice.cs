using System.Net;
using System.Net.Sockets;
using Datahall.Cli.Bench.Http;
using Datahall.Cli.Bench.Load;

namespace Datahall.Cli.Bench;

/// <summary>What is sent, and where.</summary>
internal sealed record RequestChoice(IReadOnlyList<HttpTarget> Targets, IReadOnlyList<int> Weights, bool Http2, bool Insecure, bool Streams)
{
    /// <summary>Whether the client of .NET is needed: for HTTP/2 and TLS.</summary>
    public bool NeedsClient => Http2 || Targets.Any(static target => target.Url.Scheme == "https");

    /// <summary>What makes the ways to the servers.</summary>
    /// <param name="client">The client of .NET, when it is needed.</param>
    /// <param name="cancellationToken">Ends the look-up of names.</param>
    /// <exception cref="CommandFailure">A server's name has no address.</exception>
    public async Task<Func<IExchanger>> OpenerAsync(HttpMessageInvoker? client, CancellationToken cancellationToken)
    {
        if (client is not null)
        {
            return () => new ClientExchanger(client, Targets, Http2 ? HttpVersion.Version20 : HttpVersion.Version11);
        }

        try
        {
            var requests = await SocketRequest.PrepareAsync(Targets, cancellationToken);
            return () => new SocketExchanger(requests);
        }
        catch (SocketException e)
        {
            throw CommandFailure.Refused($"the name in {string.Join(", ", Targets.Select(static target => target.Url.Host).Distinct())} has no address: {e.Message}; check the URL");
        }
    }
}
