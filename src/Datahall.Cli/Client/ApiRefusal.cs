using System.Net;
using System.Text.Json;

namespace Datahall.Cli.Client;

/// <summary>The server's refusal, as a sentence and its details.</summary>
internal static class ApiRefusal
{
    public static async Task<CommandFailure> ReadAsync(
        HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var problem = await ReadProblemAsync(response, cancellationToken).ConfigureAwait(false);
        var message = problem?.Detail ?? problem?.Title ?? Fallback(request, response.StatusCode);
        return response.StatusCode is HttpStatusCode.Gone
            ? new CompactedFailure(message)
            : response.StatusCode is HttpStatusCode.NotFound
                ? new NotFoundFailure(message)
                : CommandFailure.Refused(message, Errors(problem?.Errors));
    }

    /// <summary>The errors as <c>file:line:column: path: message</c>, leaving out what is not known.</summary>
    public static string Line(ProblemError error)
    {
        var place = error.File ?? "";
        if (error.Line is > 0)
        {
            place = $"{place}{(place.Length > 0 ? ":" : "line ")}{error.Line}";
            place = error.Column is > 0 ? $"{place}:{error.Column}" : place;
        }

        var parts = new[] { place, error.Path, error.Message };
        return string.Join(": ", parts.Where(static part => !string.IsNullOrEmpty(part)));
    }

    private static List<string> Errors(JsonElement? errors)
    {
        var lines = new List<string>();
        if (errors is not { ValueKind: JsonValueKind.Array } array)
        {
            return lines;
        }

        foreach (var item in array.EnumerateArray())
        {
            lines.Add(item.ValueKind is JsonValueKind.Object && item.Deserialize(ApiJson.Default.ProblemError) is { } error
                ? Line(error)
                : item.ToString());
        }

        return lines;
    }

    private static async Task<Problem?> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return null;
        }

        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize(body, ApiJson.Default.Problem);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException)
        {
            // The status code still says what happened.
            return null;
        }
    }

    private static string Fallback(HttpRequestMessage request, HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => $"the server knows nothing at {request.RequestUri?.AbsolutePath}",
        HttpStatusCode.RequestEntityTooLarge => "the manifests are too large: at most 10 MiB go into one apply",
        HttpStatusCode.ServiceUnavailable => "the server does not take writes now: its log says why",
        _ => $"the server answered {(int)status} to {request.Method} {request.RequestUri?.AbsolutePath}",
    };
}
