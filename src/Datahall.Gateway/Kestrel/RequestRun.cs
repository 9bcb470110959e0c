using System.Buffers;
using System.Text;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Http1;
using Datahall.Gateway.Routes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Datahall.Gateway.Kestrel;

/// <summary>One request of a client, from its head to the end of its answer.</summary>
internal sealed partial class RequestRun : IAsyncDisposable
{
    private const int ShortTarget = 512;
    private const int LongestAddress = 64;

    private readonly KestrelLane lane;
    private readonly LaneRequest client;
    private readonly HttpContext http;
    private readonly CancellationToken clientGone;
    private readonly Target target;
    private readonly RequestBody body;
    private readonly bool isUpgrade;
    private Carrier carrier;
    private Attempt? current;
    private Carrier? overtaker;
    private bool isMirrored;

    public RequestRun(KestrelLane lane, LaneRequest client)
    {
        (this.lane, this.client, http) = (lane, client, client.Http);
        clientGone = http.RequestAborted;
        client.LookAtClient();
        target = Target.Parse(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        isUpgrade = http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            || http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
        body = new(http.Request, DeclaredLength());
        carrier = lane.Rent();
    }

    private Exchange Exchange => carrier.Exchange;

    /// <summary>The exchange whose replica's answer is passed on: the client's own, or a hedge's.</summary>
    private Exchange Source => overtaker?.Exchange ?? Exchange;

    /// <summary>Carries it out.</summary>
    public async Task RunAsync()
    {
        try
        {
            Step? step = Begin();
            while (step is { } next)
            {
                step = await GoAsync(next);
            }
        }
        catch (Exception e) // Such as an answer that Kestrel does not take. No count may stay behind.
        {
            EndUnforeseen(e);
        }
        finally
        {
            await DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DropTryAsync();
        await body.DisposeAsync();
        lane.Return(carrier);
        if (overtaker is not null)
        {
            lane.Return(overtaker);
        }
    }

    private async ValueTask<Step?> GoAsync(Step step)
    {
        switch (step)
        {
            case Step.Send:
                return await SendAsync();
            case Step.Pass:
                await PassAsync();
                return null;
            case Step.NeedBody:
                return await PeekAsync();
            case Step.Wait:
                return await WaitAsync();
            case Step.Answer:
                AskToLeave();
                await LocalAnswers.WriteAsync(http, Exchange.Answer!);
                return null;
            case Step.Refuse:
                AskToLeave();
                await LocalAnswers.WriteAsync(http, Exchange.Refusal!, Exchange.Protocol);
                return null;
            default:
                throw new InvalidOperationException($"a lane that does everything cannot do '{step}'");
        }
    }

    private long DeclaredLength()
    {
        if (isUpgrade)
        {
            return 0; // What follows is a conversation, not a body.
        }

        return http.Request.ContentLength ?? (http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } ? 0 : -1);
    }

    private Step? Begin()
    {
        var path = target.Path;
        var rented = path.Length > ShortTarget ? ArrayPool<byte>.Shared.Rent(path.Length) : null;
        var bytes = rented ?? stackalloc byte[ShortTarget];
        Span<byte> host = stackalloc byte[ShortTarget];
        var length = Encoding.Latin1.GetBytes(path, bytes);
        var step = RequestTarget.CheckPath(bytes[..length]) is HttpFault.None ? Begin(bytes[..length], host) : Unread();
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return step;
    }

    // It belongs to no route, and counts nowhere.
    private Step? Unread()
    {
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return null;
    }

    private Step Begin(ReadOnlySpan<byte> path, Span<byte> host)
    {
        Span<byte> who = stackalloc byte[LongestAddress];
        return Exchange.Begin(
            new RequestFacts
            {
                Method = MethodOf(http.Request.Method, stackalloc byte[32]),
                Host = HostOf(http.Request.Host.Host, host),
                Path = path,
                Client = who[..Encoding.ASCII.GetBytes(client.ClientAddress, who)],
                ClientHash = client.ClientHash,
                ContentLength = body.Declared,
            },
            new HeaderView(http.Request.Headers),
            GatewayClock.Now);
    }

    private void EndUnforeseen(Exception exception)
    {
        lane.LogUnforeseen(exception);
        foreach (var exchange in (Exchange?[])[Exchange, overtaker?.Exchange])
        {
            if (exchange is { IsAtReplica: true })
            {
                exchange.OnBroken(GatewayClock.Now);
            }
        }

        if (http.Response.HasStarted)
        {
            http.Abort();
        }
        else
        {
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    }

    // A try that is over gives its connection back before the next one.
    private async ValueTask DropTryAsync()
    {
        if (current is { } before)
        {
            current = null;
            await before.DisposeAsync();
        }
    }

    private async ValueTask<Step?> WaitAsync()
    {
        await DropTryAsync();
        while (true)
        {
            try
            {
                await carrier.Waiter.WaitAsync(clientGone);
            }
            catch (OperationCanceledException)
            {
                Exchange.OnCancelled(GatewayClock.Now);
                carrier = lane.Fresh(); // The old one may still be resumed.
                return null;
            }

            if (Exchange.Resumed(GatewayClock.Now) is { } step)
            {
                return step;
            }
        }
    }

    private async ValueTask<Step?> SendAsync()
    {
        var route = Exchange.Route!;
        body.Limit = route.Spec.Limits.Body.Value;
        Exchange.RequestBytes = body.Received;
        if (isUpgrade && route.Ensemble is null)
        {
            return await UpgradeAsync();
        }

        if (route.FansOut && !await GatherAsync(route))
        {
            return EndUnread();
        }

        if (route.Ensemble is { } ensemble)
        {
            return await AskMembersAsync(ensemble);
        }

        await DropTryAsync();
        if (UpstreamRequest.IsGrpc(http.Request) && http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null; // A call may be silent for as long as it likes.
        }

        current = NewAttempt(Exchange);
        Mirror(route);
        if (route.Spec.Hedge is { } hedge && body.IsWhole)
        {
            return await HedgedAsync(hedge) ? Step.Pass : Judge(current);
        }

        return Judge(await current.SendAsync());
    }

    private Attempt NewAttempt(Exchange at)
    {
        var link = lane.LinkOf(at.Replica!);

        // With a content, if an empty one, the client below does not send it again by itself once it may have arrived.
        var content = body.Exists || !IsIdempotent(http.Request.Method) ? new BodyContent(body) : null;
        return new(Exchange, link, UpstreamRequest.Create(client, at, UriAt(link), content, lane.TrustsForwarded), clientGone);
    }

    private static bool IsIdempotent(string method) => !HttpMethods.IsPost(method) && !HttpMethods.IsPatch(method);

    private Uri UriAt(ReplicaLink link)
    {
        var spec = Exchange.Route!.Spec;
        return link.UriOf(spec.StripPath ? target.Without(spec.Path) + target.Query : target.Whole);
    }

    // What becomes of a try: its answer, another try, or the end.
    private Step? Judge(Attempt attempt)
    {
        var now = GatewayClock.Now;
        Exchange.RequestBytes = body.Received;
        if (attempt.Response is { } response)
        {
            return Exchange.OnHead((int)response.StatusCode, body.CanReplay, now);
        }

        if (body.Fault is not null || attempt.Cause is StopCause.Client)
        {
            return EndUnread();
        }

        return now >= Exchange.Deadline ? Exchange.OnDeadline(now) : Exchange.OnFailed(attempt.Failure, body.CanReplay, now);
    }

    private void EndForClient(Exception? fault)
    {
        if (!http.Response.HasStarted && !clientGone.IsCancellationRequested)
        {
            http.Response.StatusCode = (fault as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
        }
    }

    private static ReadOnlySpan<byte> MethodOf(string method, Span<byte> buffer) =>
        method.Length <= buffer.Length ? buffer[..Encoding.Latin1.GetBytes(method, buffer)] : "?"u8;

    private static ReadOnlySpan<byte> HostOf(string host, Span<byte> buffer) =>
        host.Length <= buffer.Length ? buffer[..Encoding.Latin1.GetBytes(host, buffer)] : default;
}
