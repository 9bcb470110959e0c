using Datahall.Gateway.Balancing;
using Datahall.Gateway.Observing;
using Datahall.Gateway.Routes;
using Datahall.Gateway.Tenancy;
using Datahall.Gateway.Tracing;
using Datahall.Model;

namespace Datahall.Gateway.Dispatch;

/// <summary>One request on its way through the gateway: which route, whether it may pass, which replica, what next when that fails.</summary>
/// <remarks>
/// A lane makes a few and uses them again and again; nothing is allocated for a request. Not thread-safe: one lane drives it, in this order.
/// <see cref="Begin"/>, perhaps <see cref="WithBody"/>; then as the <see cref="Step"/> says. After <see cref="Step.Send"/>: <see cref="OnHead"/> when the
/// head of an answer came, or <see cref="OnFailed"/>; after <see cref="Step.Pass"/>: <see cref="OnEnd"/> or <see cref="OnBroken"/>. <see cref="OnCancelled"/>
/// at any time when the client went away. <see cref="Step.Refuse"/> and <see cref="Step.Answer"/> end it.
/// </remarks>
public sealed partial class Exchange
{
    private const int MostTries = 10;
    private const int LongestKey = 256;
    private const int SwitchingProtocols = 101;

    private readonly Dispatcher dispatcher;
    private readonly IExchangeLane lane;
    private readonly LaneAbilities abilities;
    private readonly int stripe;
    private readonly Random random;
    private readonly Replica?[] tried = new Replica?[MostTries];
    private readonly ulong[] promptBlocks = new ulong[PromptReader.MostBlocks];
    private readonly RequestNames? names;
    private readonly TraceIds traceIds = TraceIds.Fresh();
    private readonly byte[] traceParent = new byte[TraceContext.Length];

    private RouteGroup? group;
    private TenantState? holder;
    private Refusal? keyRefusal;
    private TokenCounter tokens;
    private ulong clientHash;
    private ulong hashKey;
    private ulong sessionKey;
    private long contentLength;
    private long sentAt;
    private int prompt;
    private int tries;
    private bool staleRetried;
    private bool isIdempotent;
    private bool isBeside;
    private bool isClients;

    internal Exchange(Dispatcher dispatcher, IExchangeLane lane, LaneAbilities abilities, int stripe, Random random)
    {
        (this.dispatcher, this.lane, this.abilities, this.stripe, this.random) = (dispatcher, lane, abilities, stripe, random);
        Place = new(this);
        names = dispatcher.AccessLog is null ? null : new();
    }

    /// <summary>The route; null before one is known.</summary>
    public Route? Route { get; private set; }

    /// <summary>Whose request it is.</summary>
    public TenantState Tenant { get; private set; } = TenantState.Anonymous;

    /// <summary>Where to send it, after <see cref="Step.Send"/>.</summary>
    public Replica? Replica { get; private set; }

    /// <summary>Why not, after <see cref="Step.Refuse"/>.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>What the gateway itself answers, after <see cref="Step.Answer"/>.</summary>
    public LocalAnswer? Answer { get; private set; }

    /// <summary>The protocol, for the form of refusals.</summary>
    public RouteProtocol Protocol => Route?.Spec.Protocol ?? group?.Protocol ?? RouteProtocol.Http;

    /// <summary>When the request came, in nanoseconds of <see cref="GatewayClock"/>.</summary>
    public long Started { get; private set; }

    /// <summary>When it must be over; <see cref="long.MaxValue"/>: never. The lane calls <see cref="OnDeadline"/> then.</summary>
    public long Deadline => Route is { Spec.Timeouts.Request.Milliseconds: > 0 and var most } ? Started + (most * 1_000_000) : long.MaxValue;

    /// <summary>Until when it waits at most; while it waits.</summary>
    public long WaitsUntil { get; private set; }

    /// <summary>The <c>traceparent</c> for the replica, ASCII.</summary>
    public ReadOnlySpan<byte> TraceParent => traceParent;

    /// <summary>The status of the answer; 0 before there is one.</summary>
    public int Status { get; private set; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; private set; }

    /// <summary>The replica's hash to set as the cookie <see cref="SessionCookie"/>; 0: none is to be set.</summary>
    public ulong SessionToSet { get; private set; }

    /// <summary>The name of the cookie that holds a session at its replica; its value is 16 hexadecimal digits.</summary>
    public static ReadOnlySpan<byte> SessionCookie => "datahall-session"u8;

    /// <summary>Whether the body of the answer is to be shown to <see cref="CountTokens"/>.</summary>
    public bool CountsTokens => holder is { CountsTokens: true } && Route?.Spec.Protocol is RouteProtocol.OpenAI;

    /// <summary>Bytes of the request's body that came so far; the lane sets it.</summary>
    public long RequestBytes { get; set; }

    /// <summary>Bytes of the answer's body that went out so far; the lane sets it.</summary>
    public long AnswerBytes { get; set; }

    /// <summary>What the lane keeps with it, to find its own request again in <see cref="IExchangeLane.Resume"/>.</summary>
    public object? Owner { get; set; }

    /// <summary>Whether a replica has it, so that it must still be ended.</summary>
    internal bool IsAtReplica { get; private set; }

    internal LinkedListNode<Exchange> Place { get; }

    /// <summary>What the waiting room has decided; written within its lock, and read by the lane once <see cref="IExchangeLane.Resume"/> came.</summary>
    internal Grant Grant { get; set; }

    /// <summary>A request's head is there.</summary>
    /// <param name="facts">The head.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="now">The time.</param>
    public Step Begin<THeaders>(in RequestFacts facts, in THeaders headers, long now)
        where THeaders : IHeaderView, allows ref struct
    {
        Reset(now);
        var snapshot = dispatcher.Current;
        (clientHash, contentLength) = (facts.ClientHash, facts.ContentLength);
        isIdempotent = Methods.AreIdempotent(facts.Method);
        isClients = true;
        names?.Keep(facts);
        Span<byte> trace = stackalloc byte[LongestKey];
        var hasTrace = headers.TryCopy("traceparent"u8, trace, out var length) && length <= trace.Length;
        TraceContext.Write(hasTrace ? trace[..length] : default, traceIds, traceParent);
        group = snapshot.Table.Find(facts, headers);
        if (group is null)
        {
            return Refuse(Refusal.NoRoute);
        }

        Tenant = snapshot.Tenants.Find(headers, out keyRefusal);
        var rest = group.Rest(facts.Path);
        var model = group.Protocol switch
        {
            RouteProtocol.Oip => OipPath.ModelOf(rest),
            RouteProtocol.OpenAI => OpenAIPath.ModelOf(rest),
            _ => default,
        };
        if (group.Protocol is RouteProtocol.Http || !model.IsEmpty)
        {
            return Found(group.Protocol is RouteProtocol.Http ? group.Routes[0] : group.Of(model), facts, headers, now);
        }

        if (ProtocolAnswers.Of(group, facts.Method, rest, Tenant) is { } answer)
        {
            return keyRefusal is { } refusal && group.Routes.All(static route => route.Spec.Access is RouteAccess.Keys) ? Refuse(refusal) : Local(answer);
        }

        return group.Protocol is RouteProtocol.OpenAI && facts.ContentLength != 0 ? Step.NeedBody : Found(group.OfNone(), facts, headers, now);
    }

    /// <summary>Begins a request of the gateway's own beside one that a client sent: it asks no tenant, and only a member's counts as arrived there.</summary>
    /// <param name="route">The route.</param>
    /// <param name="role">What for.</param>
    /// <param name="client">The client's request.</param>
    /// <param name="now">The time.</param>
    /// <returns>What next; <see cref="Step.Refuse"/> too when no replica, or no budget, is left for it.</returns>
    public Step BeginBeside(Route route, BesideRole role, Exchange client, long now)
    {
        Reset(now);
        (isBeside, Route, Tenant, isIdempotent) = (role is not BesideRole.Member, route, client.Tenant, client.isIdempotent);
        (hashKey, sessionKey, prompt, clientHash) = (client.hashKey, client.sessionKey, client.prompt, client.clientHash);
        client.promptBlocks.AsSpan(0, prompt).CopyTo(promptBlocks);
        TraceContext.Write(client.TraceParent, traceIds, traceParent);
        switch (role)
        {
            case BesideRole.Member:
                route.Stats.OnArrived(stripe);
                route.Budget.OnRequest();
                return Next(now);
            case BesideRole.Mirror:
                Replica = route.TakeShadow(View, now, random);
                break;
            case BesideRole.Hedge when route.HasOther(client.tried.AsSpan(0, client.tries)) && route.HedgeBudget.TryTake() && route.TryTakeSlot():
                HoldsSlot = true;
                Replica = route.Take(View, client.tried.AsSpan(0, client.tries), now, random);
                break;
        }

        if (Replica is null)
        {
            return Refuse(Refusal.NoReplica);
        }

        Count(route, role);
        return Sent(route, Replica, now);
    }

    /// <summary>The beginning of the body is there.</summary>
    /// <param name="model">The model that it names; empty: none.</param>
    /// <param name="text">The text of the prompt or of the messages, as it stands in the body; empty: none.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="now">The time.</param>
    public Step WithBody<THeaders>(ReadOnlySpan<byte> model, ReadOnlySpan<byte> text, in THeaders headers, long now)
        where THeaders : IHeaderView, allows ref struct
    {
        prompt = PromptReader.Blocks(text, promptBlocks);
        if (Route is not null)
        {
            return Next(now); // Only the prompt was wanted.
        }

        var route = model.IsEmpty ? group!.OfNone() : group!.Of(model);
        return route is null ? Refuse(model.IsEmpty ? Refusal.ModelMissing : Refusal.NoModel) : Enter(route, headers, now, BodyState.Known);
    }

    /// <summary>It waited and goes on.</summary>
    /// <returns>What next; null: this call came late, for a request that is over. Nothing is to be done.</returns>
    public Step? Resumed(long now)
    {
        var grant = Grant;
        Grant = Grant.None;
        return grant switch
        {
            Grant.None => null,
            Grant.Shed => Refuse(Refusal.QueueFull),
            Grant.Expired => Refuse(WhyNone(Refusal.WaitedTooLong)),
            _ => Next(now),
        };
    }

    /// <summary>The head of an answer came; nothing of it was passed on yet.</summary>
    /// <param name="status">The status code, 200 or above (101 too).</param>
    /// <param name="replayable">Whether the lane still has the whole request.</param>
    /// <param name="now">The time.</param>
    /// <returns><see cref="Step.Pass"/>, or what else to do with the request; then the answer is dropped.</returns>
    public Step OnHead(int status, bool replayable, long now)
    {
        var replica = Replica!;
        replica.OnByte(now);
        replica.OnFirstByte(TimeSpan.FromTicks((now - sentAt) / 100), now);
        Status = status;
        if (status < 400 || !replayable || !MayTryAnother(status) || !Route!.Budget.TryTake())
        {
            return Step.Pass;
        }

        EndTry(Outcome.Failure, now);
        replica.Health.OnFailure($"it answered {status}", suspect: false, now);
        Route.Stats.OnRetry();
        return Next(now);
    }

    /// <summary>Bytes of the answer came.</summary>
    public void OnBytes(long now) => Replica?.OnByte(now);

    /// <summary>Reads from a part of the answer's body how many tokens it used.</summary>
    public void CountTokens(ReadOnlySpan<byte> part) => tokens.Feed(part);

    /// <summary>A try failed before anything of an answer was passed on.</summary>
    /// <param name="kind">How.</param>
    /// <param name="replayable">Whether the lane still has the whole request.</param>
    /// <param name="now">The time.</param>
    public Step OnFailed(FailureKind kind, bool replayable, long now)
    {
        if (kind is FailureKind.StaleConnection && !staleRetried && replayable)
        {
            staleRetried = true;
            sentAt = now;
            return Step.Send;
        }

        var replica = Replica!;
        EndTry(Outcome.Failure, now);
        Blame(replica, kind, now);
        var free = kind is FailureKind.Connect or FailureKind.ReplicaDown || replica.Health.IsDown;
        var route = Route!;
        var spec = route.Spec.Retry;
        if (!replayable || tries >= MostTries || Attempts >= spec.Attempts || (kind is not FailureKind.Connect && !MayRepeat()) || !(free || route.Budget.TryTake()))
        {
            return Refuse(kind is FailureKind.Timeout ? Refusal.UpstreamTimeout : Refusal.UpstreamFailed);
        }

        route.Stats.OnRetry();
        return Next(now);
    }

    /// <summary>The whole answer was passed on.</summary>
    public void OnEnd(long now)
    {
        var replica = Replica!;
        // How long a conversation after an upgrade lasted says nothing about the replica.
        var outcome = Status >= 500 ? Outcome.Failure : Status == SwitchingProtocols ? Outcome.Cancelled : Outcome.Success;
        EndTry(outcome, now);
        if (outcome is not Outcome.Failure)
        {
            replica.Health.OnSuccess();
        }
        else
        {
            replica.Health.OnFailure($"it answered {Status}", suspect: false, now);
        }

        Finish(now);
    }

    /// <summary>The answer broke off after a part of it was passed on.</summary>
    public void OnBroken(long now)
    {
        var replica = Replica!;
        EndTry(Outcome.Failure, now);
        replica.Health.OnFailure("an answer broke off", suspect: true, now);
        Finish(now);
    }

    /// <summary>The time for the whole request is over.</summary>
    /// <returns><see cref="Step.Refuse"/> when nothing was passed on yet; otherwise <see cref="Step.Pass"/>, and the connection is to be closed.</returns>
    public Step OnDeadline(long now)
    {
        Route?.Room.TryRemove(this);
        if (IsAtReplica)
        {
            var replica = Replica!;
            EndTry(Outcome.Failure, now);
            replica.Health.OnFailure("it did not answer in time", suspect: true, now);
        }

        if (Status != 0)
        {
            Finish(now);
            return Step.Pass;
        }

        return Refuse(Refusal.UpstreamTimeout);
    }

    /// <summary>The lane itself refuses the request, because of its body; nothing was passed on yet.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="now">The time.</param>
    /// <returns><see cref="Step.Refuse"/>.</returns>
    public Step OnRefused(Refusal refusal, long now)
    {
        EndTry(Outcome.Cancelled, now); // No fault of the replica's.
        return Refuse(refusal);
    }

    /// <summary>The lane answers what it could not read as a request, so that it never began: it is counted as one without a route.</summary>
    /// <param name="refusal">Why.</param>
    public void OnUnread(Refusal refusal)
    {
        dispatcher.Unrouted.OnRefused(refusal.Reason);
        dispatcher.Unrouted.OnAnswered(stripe, refusal.Status);
    }

    /// <summary>The body has become larger than the route takes; nothing was passed on yet.</summary>
    /// <returns><see cref="Step.Refuse"/>.</returns>
    public Step OnTooLarge(long now) => OnRefused(Refusal.BodyTooLarge, now);

    /// <summary>Another request of the gateway's own has the answer: a hedge. What is at the replica is given up; <see cref="OnAnswered"/> follows.</summary>
    public void OnOvertaken(long now) => EndTry(Outcome.Cancelled, now);

    /// <summary>An answer was passed on that came by requests of the gateway's own: a hedge's, or that of an ensemble.</summary>
    /// <param name="status">Its status code.</param>
    /// <param name="now">The time.</param>
    public void OnAnswered(int status, long now)
    {
        Status = status;
        Finish(now);
    }

    /// <summary>The members of an ensemble gave no answer.</summary>
    /// <param name="refusal">What the client is told.</param>
    /// <returns><see cref="Step.Refuse"/>.</returns>
    public Step OnUnanswered(Refusal refusal) => Refuse(refusal);

    /// <summary>The client went away.</summary>
    public void OnCancelled(long now)
    {
        Route?.Room.TryRemove(this);
        EndTry(Outcome.Cancelled, now);
        Status = Status == 0 ? Methods.ClientClosedRequest : Status;
        Finish(now);
    }
}
