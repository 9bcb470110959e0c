using System.IO.Hashing;
using Datahall.Gateway.Balancing;
using Datahall.Gateway.Routes;
using Datahall.Gateway.Tenancy;
using Datahall.Model;

namespace Datahall.Gateway.Dispatch;

/// <content>What happens between the events that a lane reports.</content>
public sealed partial class Exchange
{
    internal bool HoldsSlot { get; set; }

    private RequestView View => new()
    {
        HashKey = hashKey,
        SessionKey = sessionKey,
        PromptBlocks = promptBlocks.AsSpan(0, prompt),
    };

    private void Reset(long now)
    {
        (Started, Route, Replica, Refusal, Answer, Status) = (now, null, null, null, null, 0);
        (Tenant, holder, keyRefusal, tokens) = (TenantState.Anonymous, null, null, default);
        (hashKey, sessionKey, SessionToSet, prompt) = (0, 0, 0, 0);
        (tries, Attempts, staleRetried, IsAtReplica, HoldsSlot, Grant, isBeside) = (0, 0, false, false, false, Grant.None, false);
        (RequestBytes, AnswerBytes, isClients) = (0, 0, false);
    }

    private Step Found<THeaders>(Route? route, in RequestFacts facts, in THeaders headers, long now)
        where THeaders : IHeaderView, allows ref struct
    {
        if (route is null)
        {
            return Refuse(Refusal.NoModel);
        }

        return Enter(route, headers, now, facts.ContentLength != 0 ? BodyState.Unread : BodyState.Known);
    }

    // The route is known: may the request pass?
    private Step Enter<THeaders>(Route route, in THeaders headers, long now, BodyState body)
        where THeaders : IHeaderView, allows ref struct
    {
        if (route.FansOut && abilities is LaneAbilities.Plain)
        {
            return Step.Relay; // The other lane begins anew; nothing is counted here.
        }

        Route = route;
        route.Stats.OnArrived(stripe);
        route.Budget.OnRequest();
        route.HedgeBudget.OnRequest();
        if (route.Spec.Access is RouteAccess.Keys && keyRefusal is not null)
        {
            return Refuse(keyRefusal);
        }

        if (contentLength > route.Spec.Limits.Body.Value)
        {
            return Refuse(Refusal.BodyTooLarge);
        }

        if (Tenant != TenantState.Anonymous && Tenant.Admit(route, now) is { } refusal)
        {
            return Refuse(refusal);
        }

        holder = Tenant;
        ReadKeys(route, headers);
        return body is BodyState.Unread && route.Spec.Balance.Policy is BalancePolicy.PrefixAffinity ? Step.NeedBody : Next(now);
    }

    private void ReadKeys<THeaders>(Route route, in THeaders headers)
        where THeaders : IHeaderView, allows ref struct
    {
        var balance = route.Spec.Balance;
        if (balance.Policy is not (BalancePolicy.ConsistentHash or BalancePolicy.SessionAffinity))
        {
            return;
        }

        Span<byte> value = stackalloc byte[LongestKey];
        if (balance.HashHeader is { } header)
        {
            Span<byte> name = stackalloc byte[header.Length];
            for (var i = 0; i < header.Length; i++)
            {
                name[i] = (byte)char.ToLowerInvariant(header[i]);
            }

            if (headers.TryCopy(name, value, out var length))
            {
                hashKey = XxHash3.HashToUInt64(value[..Math.Min(length, value.Length)]);
            }
        }

        hashKey = hashKey == 0 ? clientHash : hashKey;
        sessionKey = balance.HashHeader is null ? SessionCookies.Read(headers) : hashKey;
    }

    // A replica, a place to wait, or the end.
    private Step Next(long now)
    {
        var route = Route!;
        if (route.Ensemble is not null)
        {
            return Step.Send; // The lane asks the members.
        }

        if (HoldsSlot || route.TryTakeSlot())
        {
            HoldsSlot = true;
            Replica = route.Take(View, tried.AsSpan(0, tries), now, random);
            if (Replica is { } replica)
            {
                return Sent(route, replica, now);
            }

            ReleaseSlot();
        }

        return Wait(route, now);
    }

    private Step Sent(Route route, Replica replica, long now)
    {
        tried[tries++] = replica;
        Attempts++;
        (sentAt, IsAtReplica, staleRetried, Status) = (now, true, false, 0);
        SetSession(route, replica);
        return Step.Send;
    }

    private void SetSession(Route route, Replica replica)
    {
        if (route.Spec.Balance is { Policy: BalancePolicy.SessionAffinity, HashHeader: null } && sessionKey != replica.Hash)
        {
            SessionToSet = replica.Hash;
        }
    }

    private Step Wait(Route route, long now)
    {
        if (route.Spec.Limits.Wait.Milliseconds == 0 || route.IsGone || (!route.IsAwaited && !route.HasUsable()))
        {
            return Refuse(WhyNone(Refusal.QueueFull));
        }

        (Replica, Status) = (null, 0); // The status of a try that failed is nobody's answer.
        WaitsUntil = Math.Min(now + (route.Spec.Limits.Wait.Milliseconds * 1_000_000), Deadline);
        Grant = Grant.None;
        if (!route.Room.TryEnter(this, route.Spec.Limits.Queue, out var shed))
        {
            return Refuse(Refusal.QueueFull);
        }

        shed?.lane.Resume(shed);
        route.Pump(); // What it waits for may have come meanwhile.
        return Step.Wait;
    }

    /// <summary>Called by whoever took it out of the waiting room.</summary>
    internal void Resume() => lane.Resume(this);

    private Refusal WhyNone(Refusal busy) => Route switch
    {
        { IsAwaited: false, Replicas.Count: 0 } => Refusal.Stopped,
        { } route when !route.HasUsable() => Refusal.NoReplica,
        _ => busy,
    };

    // A method that may be repeated by its definition, or a route whose requests all may.
    private bool MayRepeat() => isIdempotent || !Route!.Spec.Retry.OnlyIdempotent;

    private bool MayTryAnother(int status)
    {
        var retry = Route!.Spec.Retry;
        return Attempts < retry.Attempts && tries < MostTries && retry.Statuses.Contains(status) && MayRepeat() && Route.HasOther(tried.AsSpan(0, tries));
    }

    private static void Count(Route route, BesideRole role)
    {
        if (role is BesideRole.Hedge)
        {
            route.Stats.OnHedge();
        }
        else
        {
            route.Stats.OnMirrored();
        }
    }

    private void EndTry(Outcome outcome, long now)
    {
        if (!IsAtReplica)
        {
            ReleaseSlot();
            return;
        }

        IsAtReplica = false;
        var replica = Replica!;
        var took = TimeSpan.FromTicks((now - sentAt) / 100);
        replica.OnEnd(outcome, took, now);
        replica.Count(outcome);
        var version = replica.Stats;
        if (outcome is Outcome.Success)
        {
            version.Succeeded(stripe, took.TotalSeconds);
        }
        else if (outcome is Outcome.Failure)
        {
            version.Failed(stripe);
        }

        ReleaseSlot();
    }

    private void ReleaseSlot()
    {
        if (!HoldsSlot)
        {
            return;
        }

        HoldsSlot = false;
        var route = Route!;
        route.ReleaseSlot();
        if (route.Room.Count > 0)
        {
            route.Pump();
        }
    }

    private void Blame(Replica replica, FailureKind kind, long now)
    {
        switch (kind)
        {
            case FailureKind.Connect:
                Attempts--; // It was not sent.
                dispatcher.MarkDown(replica, "it does not take connections", now);
                break;
            case FailureKind.Closed or FailureKind.StaleConnection:
                replica.Health.OnFailure("it closed connections without an answer", suspect: true, now);
                break;
            case FailureKind.Timeout:
                replica.Health.OnFailure("the first byte did not come in time", suspect: true, now);
                break;
            case FailureKind.Malformed:
                replica.Health.OnFailure("what it answered was no HTTP", suspect: false, now);
                break;
        }
    }

    private Step Local(LocalAnswer answer)
    {
        (Answer, Status) = (answer, answer.Status);
        return Step.Answer;
    }

    private Step Refuse(Refusal refusal)
    {
        (Refusal, Status) = (refusal, refusal.Status);
        if (!isBeside)
        {
            (Route?.Stats ?? dispatcher.Unrouted).OnRefused(refusal.Reason);
        }

        Finish(GatewayClock.Now);
        return Step.Refuse;
    }

    private void Finish(long now)
    {
        ReleaseSlot();
        if (holder is { } tenant && tenant != TenantState.Anonymous)
        {
            tenant.Release();
            if (CountsTokens)
            {
                tenant.Charge(tokens.Tokens, now);
            }
        }

        holder = null;
        if (isBeside)
        {
            return;
        }

        if (names is not null && isClients)
        {
            dispatcher.AccessLog!.Write(this, names, now);
        }

        if (Route is { } route)
        {
            route.Stats.OnAnswered(stripe, Status);
            route.Stats.OnBytes(stripe, RequestBytes, AnswerBytes);
        }
        else
        {
            dispatcher.Unrouted.OnAnswered(stripe, Status);
        }
    }
}

/// <summary>Whether the beginning of a request's body was looked at.</summary>
internal enum BodyState
{
    /// <summary>It was not.</summary>
    Unread,

    /// <summary>It was, or there is no body.</summary>
    Known,
}

/// <summary>What the waiting room has decided about a request.</summary>
internal enum Grant
{
    /// <summary>Nothing, or it was taken up already.</summary>
    None,

    /// <summary>It may go on.</summary>
    Go,

    /// <summary>It waited too long.</summary>
    Expired,

    /// <summary>It had to go for one that is more important.</summary>
    Shed,
}
