using Datahall.Gateway.Dispatch;
using Datahall.Model;

namespace Datahall.Gateway.Kestrel;

/// <content>Requests of the gateway's own beside the client's: copies and hedges.</content>
internal sealed partial class RequestRun
{
    /// <summary>Reads the body before it is sent, where it is needed more than once: as far as it may be kept, all of it for an ensemble.</summary>
    /// <returns>Whether the client goes on.</returns>
    private async ValueTask<bool> GatherAsync(Route route)
    {
        var all = route.Ensemble is not null;
        try
        {
            // A body of no declared length may be a conversation: it must not be waited for.
            while (!body.HasEnded && body.CanReplay && (all || body.Declared is > 0 and <= RequestBody.Keeps))
            {
                await body.ReadMoreAsync(clientGone);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return false;
        }

        Exchange.RequestBytes = body.Received;
        return true;
    }

    private void Mirror(Route route)
    {
        if (route.HasShadow && body.IsWhole && !isMirrored)
        {
            isMirrored = true; // Another try is no other request.
            lane.Mirrors.Send(client, Exchange, body, UriAt);
        }
    }

    /// <summary>Sends the request, and once more to another replica when no answer comes soon.</summary>
    /// <returns>Whether the second one's answer is to be passed on; otherwise the first try is to be judged.</returns>
    private async ValueTask<bool> HedgedAsync(HedgeSpec hedge)
    {
        var first = current!;
        var sending = first.SendAsync();
        using (var enough = new CancellationTokenSource())
        {
            await Task.WhenAny(sending, Task.Delay(hedge.After.TimeSpan, TimeProvider.System, enough.Token));
            await enough.CancelAsync();
        }

        if (sending.IsCompleted)
        {
            await sending;
            return false;
        }

        var carrier = lane.Rent();
        if (carrier.Exchange.BeginBeside(Exchange.Route!, BesideRole.Hedge, Exchange, GatewayClock.Now) is not Step.Send)
        {
            lane.Return(carrier);
            await sending;
            return false;
        }

        return await RaceAsync(first, sending, carrier);
    }

    private async ValueTask<bool> RaceAsync(Attempt first, Task<Attempt> sending, Carrier carrier)
    {
        var second = NewAttempt(carrier.Exchange);
        var hedging = second.SendAsync();
        await Task.WhenAny(sending, hedging);
        if (sending.IsCompleted && first.Response is not null)
        {
            second.Stop(StopCause.Overtaken);
            await hedging;
            carrier.Exchange.OnCancelled(GatewayClock.Now);
            await second.DisposeAsync();
            lane.Return(carrier);
            return false;
        }

        await hedging;
        if (!Wins(second, carrier.Exchange))
        {
            await second.DisposeAsync();
            lane.Return(carrier);
            await sending;
            return false;
        }

        first.Stop(StopCause.Overtaken);
        await sending;
        Exchange.OnOvertaken(GatewayClock.Now);
        await first.DisposeAsync();
        (current, overtaker) = (second, carrier);
        return true;
    }

    // An answer that is no failure; otherwise the exchange is over.
    private static bool Wins(Attempt attempt, Exchange exchange)
    {
        var now = GatewayClock.Now;
        if (attempt.Response is { } response)
        {
            exchange.OnHead((int)response.StatusCode, replayable: false, now);
            if ((int)response.StatusCode < 500)
            {
                return true;
            }

            exchange.OnEnd(now);
        }
        else if (attempt.Cause is StopCause.Client)
        {
            exchange.OnCancelled(now);
        }
        else
        {
            exchange.OnFailed(attempt.Failure, replayable: false, now);
        }

        return false;
    }
}
