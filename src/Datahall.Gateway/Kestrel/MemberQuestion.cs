using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Kestrel;

/// <summary>A member's answer to a request of an ensemble, read whole.</summary>
/// <param name="Status">The status code; 0: none came.</param>
/// <param name="ContentType">The type of the body.</param>
/// <param name="JsonLength">The length of the JSON in front of binary tensors; null: not said.</param>
/// <param name="Body">The body.</param>
/// <param name="Failure">Why there is no answer that counts; null: there is.</param>
/// <param name="IsLate">Whether time ran out.</param>
internal sealed record MemberReply(int Status, string? ContentType, int? JsonLength, byte[] Body, string? Failure, bool IsLate)
{
    public static MemberReply None(string failure, bool isLate = false) => new(0, null, null, [], failure, isLate);
}

/// <summary>Asks one replica of a member, waiting and trying others as a client's request would.</summary>
internal sealed class MemberQuestion(KestrelLane lane, LaneRequest client, Exchange asker, RequestBody body, CancellationToken stop)
{
    private const int MostAnswer = 64 * 1024 * 1024;
    private const string JsonLengthHeader = "Inference-Header-Content-Length";

    /// <summary>Asks.</summary>
    /// <param name="route">The member's route.</param>
    /// <param name="path">The path and the query for its replicas.</param>
    public async Task<MemberReply> AskAsync(Route route, string path)
    {
        var carrier = lane.Rent();
        var exchange = carrier.Exchange;
        var step = exchange.BeginBeside(route, BesideRole.Member, asker, GatewayClock.Now);
        try
        {
            while (true)
            {
                switch (step)
                {
                    case Step.Send:
                        var (next, reply) = await SendAsync(exchange, path);
                        if (reply is not null)
                        {
                            return reply;
                        }

                        step = next;
                        break;
                    case Step.Wait:
                        await carrier.Waiter.WaitAsync(stop);
                        step = exchange.Resumed(GatewayClock.Now) ?? Step.Wait;
                        break;
                    default:
                        return MemberReply.None(exchange.Refusal?.Message ?? "it cannot be asked", exchange.Refusal == Refusal.UpstreamTimeout);
                }
            }
        }
        catch (OperationCanceledException)
        {
            exchange.OnCancelled(GatewayClock.Now);
            carrier = lane.Fresh(); // The old one may still be resumed.
            return MemberReply.None("it did not answer in time", isLate: true);
        }
        finally
        {
            lane.Return(carrier);
        }
    }

    private async Task<(Step Next, MemberReply? Reply)> SendAsync(Exchange exchange, string path)
    {
        var link = lane.LinkOf(exchange.Replica!);
        var content = body.Exists ? new BodyContent(body) : null;
        var request = UpstreamRequest.Create(client, exchange, link.UriOf(path), content, lane.TrustsForwarded);
        request.Headers.Remove("Accept-Encoding"); // The answer is read here.
        await using var attempt = new Attempt(exchange, link, request, stop);
        await attempt.SendAsync();
        var now = GatewayClock.Now;
        if (attempt.Response is { } response)
        {
            var step = exchange.OnHead((int)response.StatusCode, replayable: true, now);
            return step is Step.Pass ? (step, await ReadAsync(exchange, attempt, response)) : (step, null);
        }

        if (attempt.Cause is StopCause.Client)
        {
            exchange.OnCancelled(now);
            return (Step.Pass, MemberReply.None("it did not answer in time", isLate: true));
        }

        return (exchange.OnFailed(attempt.Failure, replayable: true, now), null);
    }

    private static async Task<MemberReply> ReadAsync(Exchange exchange, Attempt attempt, HttpResponseMessage response)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MostAnswer, attempt.Token);
            var bytes = await response.Content.ReadAsByteArrayAsync(attempt.Token);
            exchange.AnswerBytes = bytes.Length;
            exchange.OnEnd(GatewayClock.Now);
            var status = (int)response.StatusCode;
            int? length = response.Headers.TryGetValues(JsonLengthHeader, out var told) && int.TryParse(told.First(), out var parsed) ? parsed
                : response.Content.Headers.TryGetValues(JsonLengthHeader, out told) && int.TryParse(told.First(), out parsed) ? parsed : null;
            return new(status, response.Content.Headers.ContentType?.ToString(), length, bytes, status < 400 ? null : $"it answered {status}", false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            exchange.OnBroken(GatewayClock.Now);
            return MemberReply.None(attempt.Cause is StopCause.Client ? "it did not answer in time" : "its answer broke off", attempt.Cause is StopCause.Client);
        }
    }
}
