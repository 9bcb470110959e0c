using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Http1;
using Datahall.Model;

namespace Datahall.Gateway.Epoll;

/// <content>What the gateway answers itself, and what happens when time is over.</content>
internal sealed partial class Transfer
{
    private const int LongestRefusal = 1024;
    private const long Millisecond = 1_000_000;

    private static readonly Refusal headTimeout = new(408, "request_timeout", "the request did not come in time");
    private static readonly Refusal noRelay = new(501, "not_in_this_lane", "this listener does not serve routes that send a request to several replicas");

    private void AnswerWith(Refusal refusal)
    {
        if (isUnderWay)
        {
            isUnderWay = false;
            ShowBytes();
            exchange.OnRefused(refusal, shard.Now);
        }
        else if (!hasRoute)
        {
            exchange.OnUnread(refusal);
        }

        var protocol = hasRoute ? exchange.Protocol : RouteProtocol.Http;
        Span<byte> body = stackalloc byte[LongestRefusal];
        body = body[..RefusalText.Write(refusal, protocol, body)];
        WriteOwnAnswer(refusal.Status, RefusalText.ContentType(protocol), body, refusal.RetryAfterSeconds);
    }

    private void AnswerWith(LocalAnswer local) => WriteOwnAnswer(local.Status, local.ContentType, local.Body.Span, 0);

    private void WriteOwnAnswer(int status, string contentType, ReadOnlySpan<byte> body, int retryAfter)
    {
        DropUpstream();
        keepsClient = request.Fault is HttpFault.None && request.Length > 0 && request.KeepAlive && hasWholeBody && !shard.IsDraining;
        stage = Stage.OwnAnswer;
        var length = AnswerRewriting.WriteOwn(status, contentType, body, retryAfter, request, keepsClient, shard.Outbox.Room);
        if (length >= 0 ? Client.Out.TryAdd(shard.Outbox.Room[..length]) : TryAddLarge(status, contentType, body))
        {
            clientMoved = shard.Now;
            return;
        }

        Leave(AfterTransfer.Close);
    }

    // A body that is longer than the scratch room: a long list of models.
    private bool TryAddLarge(int status, string contentType, ReadOnlySpan<byte> body)
    {
        var whole = new byte[body.Length + LongestRefusal];
        var length = AnswerRewriting.WriteOwn(status, contentType, body, 0, request, keepsClient, whole);
        return Client.Out.TryAdd(whole.AsSpan(0, length));
    }

    private bool FlushOwnAnswer()
    {
        if (Client.Out.Length > 0)
        {
            switch (Client.Flush(Client.Out))
            {
                case Moved.Blocked:
                    return false;
                case Moved.Broken:
                    Leave(AfterTransfer.Close);
                    return false;
            }

            return true;
        }

        Client.In.Skip(keepsClient ? framed : 0);
        Leave(keepsClient ? AfterTransfer.KeepAlive : AfterTransfer.Linger);
        return false;
    }

    /// <summary>The client's deadline has come.</summary>
    public void OnClientDeadline()
    {
        if (isUnderWay && shard.Now >= exchange.Deadline)
        {
            OnExchangeDeadline();
        }
        else if (stage is Stage.Head or Stage.Gathering or Stage.Peeking)
        {
            AnswerWith(headTimeout);
        }
        else
        {
            Cancel();
        }
    }

    /// <summary>The deadline of the replica's connection has come.</summary>
    public void OnUpstreamDeadline()
    {
        var client = Client;
        if (upstream is { IsConnected: false })
        {
            Fail(FailureKind.Connect);
        }
        else if (stage is Stage.Tunnel)
        {
            EndTunnel();
        }
        else if (answerBegun)
        {
            Break();
        }
        else
        {
            Fail(FailureKind.Timeout);
        }

        client.Pump();
    }

    private void OnExchangeDeadline()
    {
        DropUpstream();
        isUnderWay = false;
        ShowBytes();
        if (exchange.OnDeadline(shard.Now) is Dispatch.Step.Refuse)
        {
            AnswerWith(exchange.Refusal!);
        }
        else
        {
            Leave(AfterTransfer.Close);
        }
    }

    private void SetDeadlines()
    {
        switch (stage)
        {
            case Stage.Head or Stage.Gathering:
                return; // From the first byte on, whatever comes.
            case Stage.Peeking:
                shard.Timers.Set(Client, Math.Min(exchange.Deadline, clientMoved + (shard.Options.HeadTimeout.Ticks * 100)));
                return;
            case Stage.Waiting:
                shard.Timers.Set(Client, exchange.Deadline);
                return;
            case Stage.OwnAnswer:
                shard.Timers.Set(Client, clientMoved + (shard.Options.HeadTimeout.Ticks * 100));
                return;
            case Stage.Tunnel:
                SetTunnelDeadlines();
                return;
        }

        var idle = Nanoseconds(exchange.Route!.Spec.Timeouts.Idle.Milliseconds);
        var waitsForClient = !hasWholeBody || ready > 0 || Client.Out.Length > 0;
        shard.Timers.Set(Client, waitsForClient ? Math.Min(exchange.Deadline, After(clientMoved, idle)) : exchange.Deadline);
        shard.Timers.Set(upstream!, UpstreamDeadline(idle));
    }

    private long UpstreamDeadline(long idle)
    {
        var timeouts = exchange.Route!.Spec.Timeouts;
        return (upstream!.IsConnected, answerBegun) switch
        {
            (false, _) => After(connecting, Nanoseconds(Math.Max(timeouts.Connect.Milliseconds, 1))),
            (_, true) => ready == 0 && !hasWholeAnswer ? After(lastByte, idle) : Never,
            _ => hasWholeBody && isHeadSent && sent == framed ? After(requestSent, Nanoseconds(timeouts.FirstByte.Milliseconds)) : Never,
        };
    }

    private const long Never = TimerNode.Never;

    // 0 stands for no end.
    private static long Nanoseconds(long milliseconds) => milliseconds <= 0 ? Never : milliseconds * Millisecond;

    private static long After(long begin, long nanoseconds) => nanoseconds is Never ? Never : begin + nanoseconds;
}
