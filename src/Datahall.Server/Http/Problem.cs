using System.Reflection;
using Datahall.Control.Inputs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;

namespace Datahall.Server.Http;

/// <summary>A call that failed, as a result: problem details with their status.</summary>
internal sealed class Problem : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    private const string ContentType = "application/problem+json";
    private readonly ProblemView view;

    private Problem(int status, string detail, IReadOnlyList<ProblemErrorView>? errors) =>
        view = new() { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail, Errors = errors };

    /// <inheritdoc/>
    public int? StatusCode => view.Status;

    /// <summary>A call that failed for one reason.</summary>
    public static Problem Of(int status, string detail) => new(status, detail, null);

    /// <summary>A call that failed for several reasons.</summary>
    public static Problem Of(int status, string detail, IReadOnlyList<ProblemErrorView> errors) => new(status, detail, errors);

    /// <summary>A body or parameter that is not well formed.</summary>
    public static Problem BadRequest(string detail) => Of(StatusCodes.Status400BadRequest, detail);

    /// <summary>Something that does not exist.</summary>
    public static Problem NotFound(string detail) => Of(StatusCodes.Status404NotFound, detail);

    /// <summary>What the core refused.</summary>
    public static Problem Of(Refused refused) => Of(
        refused.Kind switch
        {
            RefusalKind.NotFound => StatusCodes.Status404NotFound,
            RefusalKind.Conflict => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status422UnprocessableEntity,
        },
        refused.Errors.Count == 1
            ? $"{refused.Errors[0].Key}: {refused.Errors[0].Message}"
            : $"{refused.Errors.Count} errors; nothing was changed",
        [.. refused.Errors.Select(error => new ProblemErrorView(
            null, null, null, error.Path is null ? error.Key.ToString() : $"{error.Key}: {error.Path}", error.Message))]);

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        foreach (var status in (ReadOnlySpan<int>)[400, 401, 403, 404, 503])
        {
            builder.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemView), [ContentType]));
        }
    }

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = view.Status;
        httpContext.Response.Headers.CacheControl = "no-store";
        return httpContext.Response.WriteAsJsonAsync(view, ServerJson.Default.ProblemView, ContentType, httpContext.RequestAborted);
    }
}
