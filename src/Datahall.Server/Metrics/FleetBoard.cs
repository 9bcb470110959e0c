using Datahall.Model;
using Datahall.Monitoring.Series;
using Datahall.Server.Gateways;
using Datahall.Server.Resources;

namespace Datahall.Server.Metrics;

/// <summary>The state of the fleet as metrics, in one place: <c>/metrics/fleet</c> and the series store read the same. Thread-safe.</summary>
internal sealed class FleetBoard(ResourceCache cache, NodePoints nodes, WorkPoints work, PowerPoints power, RouteBook routes, ServerCertificates certificates, TimeProvider time)
{
    private readonly Lock gate = new();

    /// <summary>Looks at everything.</summary>
    public FleetSnapshot Look()
    {
        lock (gate)
        {
            var (snapshot, now) = (new FleetSnapshot(), time.GetUtcNow());
            var tasks = cache.List(ResourceKinds.Task, LabelSelector.All, null, int.MaxValue).Items.Cast<TaskResource>().ToList();
            nodes.Write(snapshot, tasks);
            work.Write(snapshot, tasks, now);
            power.Write(snapshot);
            snapshot.Add(FleetMetrics.Gateways, SeriesLabels.Empty, routes.Gateways.Count);
            foreach (var (name, end) in certificates.Ends())
            {
                snapshot.Add(FleetMetrics.CertificateExpiry, SeriesLabels.Of(("certificate", name)), (end - now).TotalSeconds);
            }

            return snapshot;
        }
    }
}
