using Datahall.Model;
using Datahall.Server.Hosting;
using Datahall.Server.Http;
using Datahall.Server.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Logs;

/// <summary>Reading tasks' output.</summary>
internal static class LogEndpoints
{
    private const int BufferBytes = 16 * 1024;

    public static void MapLogs(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/tasks/{name}/logs", ReadAsync)
        .WithTags("Tasks").WithName("ReadTaskLogs").WithSummary("Streams a task's output")
        .Produces<string>(StatusCodes.Status200OK, "text/plain")
        .Produces<ProblemView>(StatusCodes.Status409Conflict, "application/problem+json")
        .Produces<ProblemView>(StatusCodes.Status504GatewayTimeout, "application/problem+json");

    private static async Task<IResult> ReadAsync(
        HttpContext context,
        string name,
        string? stream,
        int? tail,
        bool? follow,
        ResourceCache cache,
        LogRelay relay,
        LogPatience patience,
        TimeProvider time,
        ServerStopping stopping)
    {
        if (stream is not (null or "all" or "stdout" or "stderr"))
        {
            return Problem.BadRequest($"stream is '{stream}': it must be all, stdout or stderr");
        }

        if (cache.Find<TaskResource>(ResourceKinds.Task, name) is not { } task)
        {
            return Problem.NotFound($"there is no task/{name}");
        }

        if (task.Status.Placement is not { } placement)
        {
            return Problem.Of(StatusCodes.Status409Conflict, $"task/{name} has no node, so there is no output to read: {task.Status.Message ?? "it is pending"}");
        }

        using var transfer = relay.Ask(placement.Node, name, task.Status.Fence, new(stream ?? "all", tail ?? -1, follow ?? false));
        if (transfer is null)
        {
            return Problem.Of(
                StatusCodes.Status503ServiceUnavailable, $"node/{placement.Node}, which has the output of task/{name}, is not connected now, or too many logs are being read: try again");
        }

        using var ended = stopping.Linked(context.RequestAborted);
        return await ReceiveAsync(transfer, patience, time, ended.Token) is { } content
            ? await CopyAsync(context, content, transfer, ended.Token)
            : Problem.Of(
                StatusCodes.Status504GatewayTimeout,
                $"node/{placement.Node} did not send the output of task/{name} within {patience.Answer.TotalSeconds:0.#} s: look at its agent");
    }

    private static async Task<Stream?> ReceiveAsync(
        LogTransfer transfer, LogPatience patience, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await transfer.Content.WaitAsync(patience.Answer, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    // Flushed with every read: who follows a log wants the line now.
    private static async Task<IResult> CopyAsync(
        HttpContext context, Stream content, LogTransfer transfer, CancellationToken cancellationToken)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.StartAsync(cancellationToken);
        await context.Response.BodyWriter.FlushAsync(cancellationToken);
        var buffer = new byte[BufferBytes];
        while (await content.ReadAsync(buffer, cancellationToken) is var length and > 0 && EventStream.MayGoOn(context))
        {
            await context.Response.BodyWriter.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }

        transfer.Complete();
        return Results.Empty;
    }
}

/// <summary>How long readers of logs wait for agents.</summary>
/// <param name="Answer">The longest time until an agent begins to send.</param>
internal sealed record LogPatience(TimeSpan Answer)
{
    /// <summary>The longest time until the end of a log that is not followed has come.</summary>
    public TimeSpan Whole => 3 * Answer;
}
