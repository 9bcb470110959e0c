using System.Net;
using System.Text.Json.Serialization;
using Datahall.Model;
using Datahall.Monitoring.Alerts;
using Datahall.Server.Gateways;
using Datahall.Server.Http;
using Datahall.Server.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Metrics;

/// <summary>What Prometheus is to scrape, by its HTTP service discovery.</summary>
internal static class TargetEndpoints
{
    /// <summary>The labels <c>job</c> of what the server itself tells.</summary>
    public static readonly IReadOnlyList<string> OwnJobs = ["datahall", SharedMetrics.OwnJob, "datahall-gateway"];

    private static readonly string[] Kinds = ["server", "gateways", "nodes", "services"];

    public static void MapTargets(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/prometheus/targets", List).WithTags("Monitoring").WithName("ListPrometheusTargets").WithSummary("What Prometheus is to scrape, by its HTTP service discovery");

    private static Results<Ok<IReadOnlyList<TargetGroupView>>, Problem> List(HttpRequest request, ResourceCache cache, RouteBook routes, string? of)
    {
        var wanted = of?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? Kinds;
        if (wanted.FirstOrDefault(static kind => !Kinds.Contains(kind)) is { } unknown)
        {
            return Problem.BadRequest($"of is '{unknown}': it takes {string.Join(", ", Kinds)}, several parted by commas");
        }

        var groups = new List<TargetGroupView>();
        if (wanted.Contains("server"))
        {
            // Where Prometheus found this list, it finds the rest of the server.
            var host = request.Host.Port is null ? $"{request.Host}:{(request.IsHttps ? 443 : 80)}" : request.Host.ToString();
            groups.Add(Group([host], OwnJobs[0], request.Scheme, MetricsEndpoints.Path));
            groups.Add(Group([host], OwnJobs[1], request.Scheme, MetricsEndpoints.FleetPath));
        }

        if (wanted.Contains("gateways"))
        {
            groups.AddRange(routes.Gateways.Where(static gateway => gateway.Metrics is not null)
                .Select(static gateway => Group([gateway.Metrics!], OwnJobs[2], "http", MetricsEndpoints.Path, ("gateway", gateway.Name))));
        }

        groups.AddRange(wanted.Contains("nodes") ? All<Node>(cache, ResourceKinds.Node).SelectMany(OfNode) : []);
        groups.AddRange(wanted.Contains("services") ? OfServices(cache) : []);
        return TypedResults.Ok<IReadOnlyList<TargetGroupView>>(groups);
    }

    private static IEnumerable<TargetGroupView> OfNode(Node node)
    {
        var at = node.Spec.Location;
        return node.Status is { Address.Length: > 0, Phase: not (NodePhase.Left or NodePhase.Asleep) } status
            ? node.Spec.Exporters.Select(exporter => Group(
                [Address(status.Address, exporter.Port)], exporter.Name, "http", exporter.Path,
                ("node", node.Name), ("site", at?.Site ?? ""), ("hall", at?.Hall ?? ""), ("rack", at?.Rack ?? "")))
            : [];
    }

    private static IEnumerable<TargetGroupView> OfServices(ResourceCache cache)
    {
        var services = All<Service>(cache, ResourceKinds.Service).Where(static service => service.Spec.Metrics is not null).ToDictionary(static service => service.Name, StringComparer.Ordinal);
        return services.Count == 0
            ? []
            : from task in All<TaskResource>(cache, ResourceKinds.Task)
              where task.Status is { Phase: TaskPhase.Running, Placement: not null } && services.ContainsKey(task.Spec.Service ?? "")
              let metrics = services[task.Spec.Service!].Spec.Metrics
              let place = task.Status.Placement!
              select Group(
                  [Address(place.Address, metrics.Port ?? place.Port)], task.Spec.Service!, "http", metrics.Path,
                  ("service", task.Spec.Service!), ("replica", task.Name), ("node", place.Node), ("queue", task.Spec.Queue));
    }

    private static TargetGroupView Group(IReadOnlyList<string> targets, string job, string scheme, string path, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["job"] = job, ["__scheme__"] = scheme, ["__metrics_path__"] = path };
        foreach (var (name, value) in labels)
        {
            if (value.Length > 0)
            {
                all[name] = value;
            }
        }

        return new(targets, all);
    }

    private static string Address(string host, int port) => IPAddress.TryParse(host, out var address) && address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]:{port}" : $"{host}:{port}";

    private static IEnumerable<T> All<T>(ResourceCache cache, string kind)
        where T : Resource => cache.List(kind, LabelSelector.All, null, int.MaxValue).Items.Cast<T>();
}

/// <summary>Targets that share labels, as Prometheus reads them.</summary>
/// <param name="Targets">Host and port of each.</param>
/// <param name="Labels">Their labels; those with underscores around say how to scrape.</param>
internal sealed record TargetGroupView(IReadOnlyList<string> Targets, IReadOnlyDictionary<string, string> Labels);

/// <summary>The wire format of targets and series.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<TargetGroupView>))]
[JsonSerializable(typeof(SeriesListView))]
[JsonSerializable(typeof(SeriesMetricListView))]
internal sealed partial class MetricsJson : JsonSerializerContext;
