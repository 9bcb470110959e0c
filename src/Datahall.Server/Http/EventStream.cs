using System.Text;
using Datahall.Server.Auth;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Datahall.Server.Http;

/// <summary>One server-sent event.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Data">The data: one line of UTF-8 JSON.</param>
/// <param name="Id">Where a client that lost the connection resumes; null keeps its last one.</param>
internal readonly record struct StreamEvent(string Name, byte[] Data, long? Id);

/// <summary>Writes server-sent events, with a comment line whenever there was none for a while.</summary>
/// <remarks>
/// By hand, since the framework's result writes no comments, and without them neither side notices that the other is gone.
/// A client that does not read is cut off by the server's minimum data rate.
/// </remarks>
internal static class EventStream
{
    private const int FlushBytes = 64 * 1024;
    private static readonly byte[] Comment = ": alive\n\n"u8.ToArray();

    /// <summary>Writes events until they end or the client goes.</summary>
    /// <exception cref="Exception">What the source threw before its first event; the answer has not begun then.</exception>
    public static async Task WriteAsync(
        HttpContext context, IAsyncEnumerable<StreamEvent> events, TimeSpan quiet, TimeProvider time, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var source = events.GetAsyncEnumerator(ended.Token);
        var next = source.MoveNextAsync().AsTask();
        try
        {
            if (next.IsFaulted)
            {
                await next;
            }

            await StartAsync(context, cancellationToken);
            var looked = time.GetTimestamp();
            while (await WaitAsync(context, next, quiet, time, cancellationToken))
            {
                if (time.GetElapsedTime(looked) >= quiet)
                {
                    looked = time.GetTimestamp();
                    if (!MayGoOn(context))
                    {
                        return;
                    }
                }

                Write(context.Response, source.Current);
                next = source.MoveNextAsync().AsTask();
                if (!next.IsCompleted || context.Response.BodyWriter.UnflushedBytes > FlushBytes)
                {
                    await context.Response.BodyWriter.FlushAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The client went, or the server stops: the stream ends here and is resumed elsewhere.
        }
        finally
        {
            await ended.CancelAsync();
            await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private static async Task StartAsync(HttpContext context, CancellationToken cancellationToken)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.StartAsync(cancellationToken);
        await context.Response.BodyWriter.FlushAsync(cancellationToken);
    }

    private static async Task<bool> WaitAsync(
        HttpContext context, Task<bool> next, TimeSpan quiet, TimeProvider time, CancellationToken cancellationToken)
    {
        while (!next.IsCompleted)
        {
            using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (await Task.WhenAny(next, Task.Delay(quiet, time, stopWaiting.Token)) == next || cancellationToken.IsCancellationRequested)
            {
                await stopWaiting.CancelAsync();
                break;
            }

            if (!MayGoOn(context))
            {
                return false;
            }

            await context.Response.BodyWriter.WriteAsync(Comment, cancellationToken);
        }

        return await next;
    }

    /// <summary>Whether the token that an answer began with still opens something: who was revoked meanwhile is cut off, and refused when they come back.</summary>
    public static bool MayGoOn(HttpContext context) => context.Features.Get<PresentedToken>() is not { Holder: null };

    private static void Write(HttpResponse response, in StreamEvent item)
    {
        var head = item.Id is { } id ? $"id: {id}\nevent: {item.Name}\ndata: " : $"event: {item.Name}\ndata: ";
        var writer = response.BodyWriter;
        var span = writer.GetSpan(head.Length + item.Data.Length + 2);
        var length = Encoding.ASCII.GetBytes(head, span);
        item.Data.CopyTo(span[length..]);
        "\n\n"u8.CopyTo(span[(length + item.Data.Length)..]);
        writer.Advance(length + item.Data.Length + 2);
    }
}
