using Datahall.Fleet;
using Datahall.Model;
using Datahall.Server.Hosting;
using Datahall.Server.Http;
using Datahall.Server.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Logs;

/// <summary>Reading tasks' output, and what the kernels of nodes said.</summary>
internal static class LogEndpoints
{
    public static void MapLogs(this IEndpointRouteBuilder routes)
    {
        Describe(routes.MapGet("/api/v1/tasks/{name}/logs", ReadTaskAsync).WithTags("Tasks").WithName("ReadTaskLogs").WithSummary("Streams a task's output"));
        Describe(routes.MapGet("/api/v1/nodes/{name}/logs", ReadNodeAsync).WithTags("Nodes").WithName("ReadNodeLogs").WithSummary("Streams what a node's kernel said"));
    }

    private static void Describe(RouteHandlerBuilder route) => route
        .Produces<string>(StatusCodes.Status200OK, "text/plain")
        .Produces<ProblemView>(StatusCodes.Status409Conflict, "application/problem+json")
        .Produces<ProblemView>(StatusCodes.Status504GatewayTimeout, "application/problem+json");

    private static async Task<IResult> ReadTaskAsync(
        HttpContext context,
        string name,
        string? stream,
        int? tail,
        bool? follow,
        ResourceCache cache,
        LogReader reader)
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

        return await reader.CopyAsync(context, placement.Node, name, task.Status.Fence, new(stream ?? "all", tail ?? -1, follow ?? false), $"the output of task/{name}");
    }

    private static async Task<IResult> ReadNodeAsync(HttpContext context, string name, int? tail, bool? follow, ResourceCache cache, LogReader reader) =>
        cache.Find<Node>(ResourceKinds.Node, name) is null
            ? Problem.NotFound($"there is no node/{name}")
            : await reader.CopyAsync(context, name, LogRequest.Kernel, 0, new("all", tail ?? -1, follow ?? false), "its kernel's log");
}

/// <summary>Passes a log on from the agent that has it to who asks for it.</summary>
internal sealed class LogReader(LogRelay relay, LogPatience patience, TimeProvider time, ServerStopping stopping)
{
    private const int BufferBytes = 16 * 1024;

    /// <summary>Answers a request with a log; <paramref name="what"/> names it in messages.</summary>
    public async Task<IResult> CopyAsync(HttpContext context, string node, string task, long fence, LogSelection selection, string what)
    {
        using var transfer = relay.Ask(node, task, fence, selection);
        if (transfer is null)
        {
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, $"node/{node}, which has {what}, is not connected now, or too many logs are being read: try again");
        }

        using var ended = stopping.Linked(context.RequestAborted);
        try
        {
            return await SendAsync(context, await transfer.Content.WaitAsync(patience.Answer, time, ended.Token), transfer, ended.Token);
        }
        catch (TimeoutException)
        {
            return Problem.Of(StatusCodes.Status504GatewayTimeout, $"node/{node} did not send {what} within {patience.Answer.TotalSeconds:0.#} s: look at its agent");
        }
        catch (LogDeclinedException e)
        {
            return Problem.Of(StatusCodes.Status409Conflict, $"node/{node}: {e.Message}");
        }
    }

    // Flushed with every read: who follows a log wants the line now.
    private static async Task<IResult> SendAsync(
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
