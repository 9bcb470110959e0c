using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Kestrel;

/// <summary>Copies of requests for versions in the shadow. Their answers are read and dropped; nobody waits for them.</summary>
internal sealed class Mirrors(KestrelLane lane) : IDisposable
{
    private const int MostAtOnce = 256;
    private const long MostRead = 16 * 1024 * 1024;
    private static readonly TimeSpan longest = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource closing = new();
    private int underWay;

    /// <summary>Sends a copy, unless too many are under way or the shadow takes none.</summary>
    /// <param name="client">The client's request.</param>
    /// <param name="original">Its exchange.</param>
    /// <param name="body">Its body, all of it at hand.</param>
    /// <param name="uriAt">The URL at a replica.</param>
    public void Send(LaneRequest client, Exchange original, RequestBody body, Func<ReplicaLink, Uri> uriAt)
    {
        if (Interlocked.Increment(ref underWay) > MostAtOnce)
        {
            Interlocked.Decrement(ref underWay);
            return;
        }

        var carrier = lane.Rent();
        if (carrier.Exchange.BeginBeside(original.Route!, BesideRole.Mirror, original, GatewayClock.Now) is not Step.Send)
        {
            lane.Return(carrier);
            Interlocked.Decrement(ref underWay);
            return;
        }

        // The client's request may be over before the copy is: what it needs is taken now.
        var link = lane.LinkOf(carrier.Exchange.Replica!);
        var content = body.Exists ? new ByteArrayContent(body.Kept.ToArray()) : null;
        _ = CarryAsync(carrier, link, UpstreamRequest.Create(client, carrier.Exchange, uriAt(link), content, lane.TrustsForwarded));
    }

    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    private async Task CarryAsync(Carrier carrier, ReplicaLink link, HttpRequestMessage request)
    {
        var exchange = carrier.Exchange;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
        late.CancelAfter(longest);
        await using var attempt = new Attempt(exchange, link, request, late.Token);
        await attempt.SendAsync();
        if (attempt.Response is { } response)
        {
            exchange.OnHead((int)response.StatusCode, replayable: false, GatewayClock.Now);
            if (await DropAsync(response, attempt.Token))
            {
                exchange.OnEnd(GatewayClock.Now);
            }
            else
            {
                exchange.OnBroken(GatewayClock.Now);
            }
        }
        else if (attempt.Cause is StopCause.Client)
        {
            exchange.OnCancelled(GatewayClock.Now);
        }
        else
        {
            exchange.OnFailed(attempt.Failure, replayable: false, GatewayClock.Now);
        }

        lane.Return(carrier);
        Interlocked.Decrement(ref underWay);
    }

    // To the end, or to where it is too much: then the connection is dropped, and the answer counts as it is.
    private static async Task<bool> DropAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var left = MostRead;
            while (left > 0 && await stream.ReadAsync(buffer, cancellationToken) is var count and > 0)
            {
                left -= count;
            }

            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
