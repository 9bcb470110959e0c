using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Http1;
using Datahall.Gateway.Routes;

namespace Datahall.Gateway.Epoll;

/// <summary>Carries one request to a replica and its answer back; or, from an upgrade on, bytes both ways.</summary>
/// <remarks>
/// It decides nothing: the exchange says what is next. Every event of either connection leads to <see cref="Run"/>, which does all that can be done and
/// stops where a socket blocks. Objects are used again; nothing is allocated for a request.
/// </remarks>
internal sealed partial class Transfer(Shard shard, Exchange exchange)
{
    private const int MostSteps = 64;

    private readonly RequestHead request = new(shard.Options.Head);
    private readonly ResponseHead answer = new(shard.Options.Head);

    private Stage stage = Stage.Over;
    private UpstreamConnection? upstream;
    private bool isUnderWay; // The exchange has begun and wants to know how it ends.
    private bool hasRoute; // The exchange is of this request, not of the last one.
    private bool keepsClient;
    private long clientMoved;

    private enum Stage
    {
        Over,
        Head,
        Gathering,
        Peeking,
        Waiting,
        Exchanging,
        OwnAnswer,
        Tunnel,
    }

    /// <summary>The client.</summary>
    public ClientConnection Client { get; private set; } = null!;

    /// <summary>Whether something is to be done once the client has what was queued for it.</summary>
    public bool HasMoreForClient => ready > 0 || hasWholeAnswer || hasEnded;

    /// <summary>Whether more of the request is there than the replica has.</summary>
    public bool HasMoreForReplica => sent < framed;

    private ReadOnlySpan<byte> RequestBytes => Client.In.Unread[..headLength];

    /// <summary>The first bytes of a request are there.</summary>
    public void Begin(ClientConnection client)
    {
        (Client, stage, upstream, isUnderWay, hasRoute, keepsClient, clientMoved) = (client, Stage.Head, null, false, false, false, shard.Now);
        request.Reset();
        BeginRequest();
    }

    /// <summary>Does all that can be done now.</summary>
    public void Run()
    {
        for (var steps = 0; Step(); steps++)
        {
            if (steps == MostSteps && stage is not Stage.Over)
            {
                shard.Again(Client); // Both sides are as fast as this thread, which has others to serve.
                break;
            }
        }

        if (stage is not Stage.Over)
        {
            SetDeadlines();
        }
    }

    /// <summary>The dispatcher lets it go on, after it waited.</summary>
    public void Resume()
    {
        if (stage is Stage.Waiting && exchange.Resumed(shard.Now) is { } step)
        {
            var client = Client;
            Apply(step);
            client.Pump();
        }
    }

    /// <summary>A replica does not answer any more; true: the request goes elsewhere.</summary>
    public bool OnReplicaDown(Replica replica)
    {
        if (stage is not Stage.Exchanging || exchange.Replica != replica || answerBegun)
        {
            return false;
        }

        Fail(FailureKind.ReplicaDown);
        return true;
    }

    /// <summary>The client's connection is closed.</summary>
    public void Abandon()
    {
        DropUpstream();
        if (isUnderWay)
        {
            ShowBytes();
            exchange.OnCancelled(shard.Now);
        }

        EndRelay();
        stage = Stage.Over;
        shard.Transfers.Return(this);
    }

    private bool Step() => stage switch
    {
        Stage.Head => ReadHead(),
        Stage.Gathering => Gather(),
        Stage.Peeking => Peek(),
        Stage.Waiting => Watch(),
        Stage.Exchanging => MoveRequest() | (stage is Stage.Exchanging && MoveAnswer()),
        Stage.OwnAnswer => FlushOwnAnswer(),
        Stage.Tunnel => MoveTunnel(),
        _ => false,
    };

    private void BeginExchange()
    {
        var head = RequestBytes;
        var facts = new RequestFacts
        {
            Method = request.MethodIn(head),
            Host = WithoutPort(request.HostIn(head)),
            Path = request.PathIn(head) is { IsEmpty: false } path ? path : "/"u8,
            Client = Client.Address.Text,
            ClientHash = Client.Address.Hash,
            ContentLength = request.Framing is BodyFraming.None ? 0 : request.ContentLength,
        };
        (isUnderWay, hasRoute) = (true, true);
        Apply(exchange.Begin(facts, new RequestFieldsView(request.Fields, head), shard.Now));
    }

    // What the exchange wants next.
    private void Apply(Step step)
    {
        switch (step)
        {
            case Dispatch.Step.Send:
                Connect();
                break;
            case Dispatch.Step.NeedBody:
                BeginPeek();
                break;
            case Dispatch.Step.Wait:
                stage = Stage.Waiting;
                break;
            case Dispatch.Step.Relay:
                isUnderWay = false;
                Relay();
                break;
            case Dispatch.Step.Refuse:
                isUnderWay = false;
                AnswerWith(exchange.Refusal!);
                break;
            case Dispatch.Step.Answer:
                isUnderWay = false;
                AnswerWith(exchange.Answer!);
                break;
        }
    }

    private void Connect()
    {
        SendContinue();
        var pool = shard.Upstreams.Of(exchange.Replica!);
        var connection = wantsFresh ? null : pool.Take();
        wantsFresh = false;
        ResetAnswer();
        stage = Stage.Exchanging;
        if (connection is not null)
        {
            connection.Owner = this;
        }
        else
        {
            connection = shard.Upstreams.New();
            if (!connection.TryConnect(pool.Address, pool, this))
            {
                Fail(FailureKind.Connect);
                return;
            }
        }

        upstream = connection;
    }

    // Nothing of an answer was passed on. The exchange knows whether it is tried again.
    private void Fail(FailureKind kind)
    {
        DropUpstream();
        ShowBytes();
        var step = exchange.OnFailed(kind, isWhole, shard.Now);
        wantsFresh = kind is FailureKind.StaleConnection;
        Apply(step);
    }

    // The client is gone.
    private void Cancel()
    {
        DropUpstream();
        if (isUnderWay)
        {
            isUnderWay = false;
            ShowBytes();
            exchange.OnCancelled(shard.Now);
        }

        Leave(AfterTransfer.Close);
    }

    private void Leave(AfterTransfer next)
    {
        var client = Client;
        EndRelay();
        stage = Stage.Over;
        shard.Transfers.Return(this);
        client.Finished(next);
    }

    private void DropUpstream()
    {
        var connection = upstream;
        upstream = null;
        connection?.Close();
    }

    private void ShowBytes() => (exchange.RequestBytes, exchange.AnswerBytes) = (bodyBytes, answerBytes);

    // While it waits for a replica only the client's leaving matters.
    private bool Watch()
    {
        if (Client.PeerEnded && !shard.Options.AnswerHalfClosed)
        {
            Cancel();
        }

        return false;
    }

    private static ReadOnlySpan<byte> WithoutPort(ReadOnlySpan<byte> host)
    {
        var colon = host.LastIndexOf((byte)':');
        return colon < 0 || host.EndsWith("]"u8) ? host : host[..colon];
    }
}
