using System.Buffers;
using System.Globalization;
using Datahall.Gateway.Dispatch;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Datahall.Gateway.Kestrel;

/// <content>Passes the answer on.</content>
internal sealed partial class RequestRun
{
    private const int StreamBuffer = 16 * 1024;
    private const int MostUnflushed = 64 * 1024;

    private async Task PassAsync()
    {
        var attempt = current!;
        var failed = true;
        try
        {
            WriteHead(attempt.Response!);
            await CopyAsync(attempt);
            CopyTrailers(attempt.Response!);
            failed = false;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            await BreakAsync(attempt.Cause);
        }

        if (!failed)
        {
            EndWell(GatewayClock.Now);
        }
    }

    private void EndWell(long now)
    {
        var status = Source.Status;
        Source.OnEnd(now);
        if (overtaker is not null)
        {
            Exchange.OnAnswered(status, now);
        }
    }

    // An answer that broke off: if nothing of it went out, the client gets a whole one that says so.
    private async Task BreakAsync(StopCause cause)
    {
        var now = GatewayClock.Now;
        if (cause is StopCause.Client || clientGone.IsCancellationRequested)
        {
            overtaker?.Exchange.OnCancelled(now);
            Exchange.OnCancelled(now);
            return;
        }

        var late = now >= Exchange.Deadline;
        EndBroken(late, now);

        if (http.Response.HasStarted || Exchange.AnswerBytes > 0)
        {
            http.Abort(); // Only a broken connection tells the client that this is not all.
            return;
        }

        http.Response.Clear();
        await LocalAnswers.WriteAsync(http, late ? Refusal.UpstreamTimeout : Refusal.UpstreamFailed, Exchange.Protocol);
    }

    private void EndBroken(bool late, long now)
    {
        if (overtaker is { Exchange: var hedge })
        {
            hedge.OnBroken(now);
            Exchange.OnAnswered(late ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status502BadGateway, now);
        }
        else if (late)
        {
            Exchange.OnDeadline(now);
        }
        else
        {
            Exchange.OnBroken(now);
        }
    }

    private void WriteHead(HttpResponseMessage response)
    {
        var answer = http.Response;
        answer.StatusCode = (int)response.StatusCode;
        var named = response.Headers.NonValidated.TryGetValues(HeaderNames.Connection, out var connection) ? HopHeaders.NamedBy(Values(connection)) : null;
        Copy(response.Headers.NonValidated, answer.Headers, named);
        Copy(response.Content.Headers.NonValidated, answer.Headers, named);
        if (response.Headers.TransferEncodingChunked is true)
        {
            answer.ContentLength = null; // Where both are said, chunks count (RFC 9112, section 6.3).
        }

        if (Source.SessionToSet is var session and not 0)
        {
            var cookie = string.Create(CultureInfo.InvariantCulture, $"{System.Text.Encoding.ASCII.GetString(Exchange.SessionCookie)}={session:x16}; Path=/; HttpOnly");
            answer.Headers.Append(HeaderNames.SetCookie, cookie);
        }

        AskToLeave();
    }

    // HTTP/2 has GOAWAY, which Kestrel sends.
    private void AskToLeave()
    {
        if (lane.IsDraining && HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            http.Response.Headers.Connection = "close";
        }
    }

    private static void Copy(System.Net.Http.Headers.HttpHeadersNonValidated from, IHeaderDictionary to, HashSet<string>? named)
    {
        foreach (var (name, values) in from)
        {
            if (!HopHeaders.Are(name) && named?.Contains(name) is not true)
            {
                to[name] = Values(values);
            }
        }
    }

    private static StringValues Values(System.Net.Http.Headers.HeaderStringValues values) => values.Count == 1 ? values.ToString() : values.ToArray();

    private async Task CopyAsync(Attempt attempt)
    {
        var response = attempt.Response!;
        var expected = response.Content.Headers.ContentLength ?? -1;
        if (expected == 0 || HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        var source = await response.Content.ReadAsStreamAsync(attempt.Token);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(expected < 0 ? StreamBuffer : expected, MostUnflushed));
        try
        {
            await CopyAsync(attempt, source, buffer, expected);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // What came is flushed when nothing more is there: no byte waits for another, and what comes together goes out together.
    private async Task CopyAsync(Attempt attempt, Stream source, byte[] buffer, long expected)
    {
        var writer = http.Response.BodyWriter;
        var counts = Exchange.CountsTokens;
        var idle = Exchange.Route!.Spec.Timeouts.Idle.Milliseconds;
        var isDue = expected is < 0 or > StreamBuffer; // The head of a stream does not wait for its first byte.
        var unflushed = 0;
        while (true)
        {
            var reading = source.ReadAsync(buffer, attempt.Token);
            if (!reading.IsCompleted)
            {
                if (isDue)
                {
                    (isDue, unflushed) = (false, 0);
                    await writer.FlushAsync(CancellationToken.None);
                }

                attempt.Arm(idle);
            }

            var count = await reading;
            attempt.Disarm();
            if (count == 0)
            {
                return;
            }

            Source.OnBytes(GatewayClock.Now);
            Exchange.AnswerBytes += count;
            if (counts)
            {
                Exchange.CountTokens(buffer.AsSpan(0, count));
            }

            writer.Write(buffer.AsSpan(0, count));
            (isDue, unflushed) = (true, unflushed + count);
            if (Exchange.AnswerBytes == expected)
            {
                return;
            }

            if (unflushed >= MostUnflushed)
            {
                (isDue, unflushed) = (false, 0);
                await writer.FlushAsync(CancellationToken.None);
            }
        }
    }

    private void CopyTrailers(HttpResponseMessage response)
    {
        if (http.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is not { IsReadOnly: false } trailers)
        {
            return;
        }

        foreach (var (name, values) in response.TrailingHeaders.NonValidated)
        {
            if (!HopHeaders.Are(name))
            {
                trailers[name] = Values(values);
            }
        }
    }
}
