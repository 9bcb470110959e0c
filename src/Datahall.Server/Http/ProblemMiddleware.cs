using System.Text.Json;
using System.Text.RegularExpressions;
using Datahall.Control.Store;
using Datahall.Server.Loop;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Http;

/// <summary>Makes a problem of every failure that no handler answered: exceptions, unknown routes, wrong methods, bodies too large.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    /// <summary>Runs the rest of the pipeline.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            {
                await Problem.Of(context.Response.StatusCode, Describe(context)).ExecuteAsync(context);
            }
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (Exception e)
        {
            var problem = Translate(e);
            if (problem.StatusCode == StatusCodes.Status500InternalServerError)
            {
                LogFault(context.Request.Method, context.GetEndpoint()?.DisplayName ?? "no endpoint", e);
            }

            if (context.Response.HasStarted)
            {
                context.Abort(); // Half an answer must not look like a whole one.
                return;
            }

            context.Response.Clear();
            await problem.ExecuteAsync(context);
        }
    }

    private static Problem Translate(Exception e) => e switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            Problem.Of(StatusCodes.Status413PayloadTooLarge, "the body is larger than 10 MiB: split it into several calls"),
        BadHttpRequestException { InnerException: JsonException json } => Problem.BadRequest(Describe(json)),
        BadHttpRequestException bad => Problem.Of(bad.StatusCode, Describe(bad)),
        JsonException json => Problem.BadRequest(Describe(json)),
        StoreUnavailableException or CoreFaultException => Problem.Of(
            e is CoreFaultException ? StatusCodes.Status500InternalServerError : StatusCodes.Status503ServiceUnavailable, e.Message),
        IOException => Problem.Of(StatusCodes.Status503ServiceUnavailable, $"the store cannot be read: {e.Message}; try again"),
        CompactedException => Problem.Of(StatusCodes.Status410Gone, e.Message),
        OperationCanceledException => Problem.Of(StatusCodes.Status503ServiceUnavailable, "the server is stopping: try again when it is back"),
        _ => Problem.Of(StatusCodes.Status500InternalServerError, "the server failed at this call; its log has the cause"),
    };

    private static string Describe(JsonException e) => e.LineNumber is { } line
        ? $"the body is not the JSON this call takes: line {line + 1}, column {e.BytePositionInLine + 1}{(e.Path is { Length: > 1 } path ? $", at {path}" : "")}"
        : "the body is not the JSON this call takes";

    private static string Describe(BadHttpRequestException e) =>
        ParameterFailure.Match(e.Message) is { Success: true } match
            ? $"the parameter '{match.Groups["name"].Value}' is '{match.Groups["value"].Value}', which is not {Wanted(match.Groups["type"].Value)}"
            : e.Message;

    private static string Wanted(string type) =>
        type.Contains("bool", StringComparison.OrdinalIgnoreCase) ? "true or false" : "a whole number in its range";

    private static string Describe(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"there is nothing at {context.Request.Path}; GET /openapi/v1.json lists every call",
        StatusCodes.Status405MethodNotAllowed =>
            $"{context.Request.Path} does not take {context.Request.Method}, only {context.Response.Headers.Allow}",
        StatusCodes.Status415UnsupportedMediaType => "this call does not take a body of that content type; send application/json",
        var status => $"the call was refused with status {status}",
    };

    [GeneratedRegex("^Failed to bind parameter \"(?<type>.+) (?<name>\\w+)\" from \"(?<value>.*)\"\\.$", RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex ParameterFailure { get; }

    [LoggerMessage(3401, LogLevel.Error, "{Method} {Endpoint} failed")]
    private partial void LogFault(string method, string endpoint, Exception exception);
}
