using Datahall.Monitoring.Series;
using Datahall.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Metrics;

/// <summary>Series of the last hours from memory, and older ones from Prometheus.</summary>
internal static class SeriesEndpoints
{
    // What an answer may hold: more is for Prometheus itself.
    private const long MostPointsTogether = 1_000_000;

    public static void MapSeries(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/series").WithTags("Monitoring");
        group.MapGet("", ReadAsync).WithName("GetSeries").WithSummary("Series of a metric over a time");
        group.MapGet("/metrics", Metrics).WithName("ListSeriesMetrics").WithSummary("The metrics that there are series of");
    }

    private static Ok<SeriesMetricListView> Metrics(SeriesStore store) =>
        TypedResults.Ok(new SeriesMetricListView([.. store.Metrics().Select(static metric => new SeriesMetricView(metric.Metric, metric.Series))]));

    private static async Task<Results<Ok<SeriesListView>, Problem>> ReadAsync(
        SeriesStore store, SeriesSampler sampler, PrometheusHistory history, TimeProvider time, string? metric, string[]? label, string? from, string? to, string? step, bool? rate, CancellationToken cancellationToken)
    {
        SeriesQuery query;
        try
        {
            query = SeriesQuery.Read(metric, label ?? [], from, to, step, rate ?? false, time.GetUtcNow(), store.Options.Interval);
        }
        catch (FormatException e)
        {
            return Problem.BadRequest(e.Message);
        }

        // Before anything is read: a viewer must not be able to fill the memory. Prometheus has those that memory has, and bounds its answer for those that have ended.
        var selector = new SeriesSelector(query.Metric, query.Labels);
        var series = store.CountOf(selector);
        var points = series * (1 + ((query.To - query.From) / query.Step));
        if (points > MostPointsTogether)
        {
            return Problem.BadRequest($"{series} series of {query.Metric} match, with {points:0} points: name labels with label=NAME=VALUE, or make the step longer");
        }

        if (history.IsConfigured && query.From < sampler.Reaches(time.GetUtcNow()))
        {
            try
            {
                return TypedResults.Ok(await history.ReadAsync(query, store.Options.Interval, cancellationToken));
            }
            catch (PrometheusException e)
            {
                return Problem.Of(StatusCodes.Status502BadGateway, e.Message);
            }
        }

        var ranges = store.ReadEach(selector, (query.From - query.Step - store.Options.Interval).ToUnixTimeMilliseconds(), query.To.ToUnixTimeMilliseconds());
        return TypedResults.Ok(SeriesListView.Of(query, ranges, store.Options.Interval));
    }
}
