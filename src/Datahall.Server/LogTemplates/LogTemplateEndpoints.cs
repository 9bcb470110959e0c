using System.Text.Json.Serialization;
using Datahall.Monitoring.Anomalies;
using Datahall.Monitoring.Lines;
using Datahall.Monitoring.Search;
using Datahall.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Server.LogTemplates;

/// <summary>What tasks write and kernels say, as templates, and what was unusual.</summary>
internal static class LogTemplateEndpoints
{
    /// <summary>Letters of a template that are sent.</summary>
    public const int LongestText = 2_000;

    private const int MostItems = 5_000;

    public static void AddLogTemplates(this IServiceCollection services, bool watch)
    {
        services.AddSingleton<LogMetrics>();
        services.AddSingleton<LogBook>();
        services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Add(LogTemplateJson.Default));
        if (watch)
        {
            services.AddHostedService<LogWatch>();
        }
    }

    public static void MapLogTemplates(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/logs").WithTags("Logs");
        group.MapGet("/templates", Templates).WithName("ListLogTemplates").WithSummary("Lists the templates of what running tasks write and kernels say, the one with the most lines first");
        group.MapGet("/anomalies", Anomalies).WithName("ListLogAnomalies").WithSummary("Lists new kinds of lines and bursts, the newest first");
    }

    private static Results<Ok<LogTemplateListView>, Problem> Templates(LogBook book, string? search = null, int limit = 100)
    {
        if (limit is < 1 or > MostItems)
        {
            return Problem.BadRequest($"limit is {limit}: it must be from 1 to {MostItems}");
        }

        try
        {
            return TypedResults.Ok(new LogTemplateListView([.. book.Templates(LogQuery.Parse(search ?? ""), limit)
                .Select(static pair => new LogTemplateView($"E{pair.Template.Id}", PrintableText.Of(pair.Template.Text, LongestText), pair.Template.Lines, pair.Last.Shown, pair.Of))]));
        }
        catch (FormatException e)
        {
            return Problem.BadRequest(e.Message);
        }
    }

    private static Results<Ok<LogAnomalyListView>, Problem> Anomalies(LogBook book, int limit = 100) => limit is < 1 or > MostItems
        ? Problem.BadRequest($"limit is {limit}: it must be from 1 to {MostItems}")
        : TypedResults.Ok(new LogAnomalyListView([.. book.Anomalies(limit).Select(static pair => LogAnomalyView.Of(pair.Seen, pair.Text))]));
}

/// <summary>Templates.</summary>
/// <param name="Items">The one with the most lines first.</param>
internal sealed record LogTemplateListView(IReadOnlyList<LogTemplateView> Items);

/// <summary>A template.</summary>
/// <param name="Id">Its number, good until the server restarts.</param>
/// <param name="Text">Its words, <c>&lt;*&gt;</c> for values.</param>
/// <param name="Lines">How many lines it has.</param>
/// <param name="LastTask">The task that wrote the last of them, or <c>node/NAME</c> when its kernel did.</param>
/// <param name="Of"><c>tasks</c>, <c>kernels</c> or <c>tasks and kernels</c>.</param>
internal sealed record LogTemplateView(string Id, string Text, long Lines, string LastTask, string Of);

/// <summary>Anomalies.</summary>
/// <param name="Items">The newest first.</param>
internal sealed record LogAnomalyListView(IReadOnlyList<LogAnomalyView> Items);

/// <summary>Something unusual in a log.</summary>
/// <param name="Kind"><c>new-template</c> or <c>burst</c>.</param>
/// <param name="Template">The template's number.</param>
/// <param name="Text">Its words.</param>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>critical</c>, by what the line says.</param>
/// <param name="Task">The task that wrote it, or <c>node/NAME</c> when its kernel did.</param>
/// <param name="Time">When.</param>
/// <param name="Lines">Lines in that minute.</param>
/// <param name="Expected">Lines in a usual minute.</param>
internal sealed record LogAnomalyView(string Kind, string Template, string Text, string Severity, string Task, DateTimeOffset? Time, long Lines, double Expected)
{
    public static LogAnomalyView Of(SeenAnomaly seen, string text)
    {
        var anomaly = seen.Anomaly;
        return new(
            anomaly.Kind is AnomalyKind.Burst ? "burst" : "new-template", $"E{anomaly.Template}", PrintableText.Of(text, LogTemplateEndpoints.LongestText), anomaly.Severity.ToString().ToLowerInvariant(), seen.Source.Shown,
            anomaly.UnixMilliseconds is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null, anomaly.Lines, Math.Round(anomaly.Expected, 3));
    }
}

/// <summary>The wire format of templates.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LogTemplateListView))]
[JsonSerializable(typeof(LogAnomalyListView))]
internal sealed partial class LogTemplateJson : JsonSerializerContext;
