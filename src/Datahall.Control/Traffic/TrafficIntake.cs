using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Model.Traffic;

namespace Datahall.Control.Traffic;

/// <summary>Takes up gateways' reports: refuses what no honest gateway sends, and passes over what it names and does not exist any more.</summary>
internal sealed class TrafficIntake(CoreState state, TrafficBook book, Draining draining)
{
    public Outcome Take(ObserveTraffic input)
    {
        var report = input.Report;
        if (TrafficReportRules.Fault(report) is { } fault)
        {
            return new Refused(RefusalKind.Invalid, [new(new("gateway", report.Gateway), fault.Path, fault.Message)]);
        }

        if (!book.IsNews(report))
        {
            return new Accepted([]);
        }

        List<ServiceTraffic> known = [];
        foreach (var traffic in report.Services)
        {
            if (state.Service(traffic.Service) is { Status: { } status } service)
            {
                if (traffic.Replicas.Any(static replica => replica.OutSeconds > 0 || replica.Failed > 0))
                {
                    state.Agenda.Owners.Add(service.Key); // One of them may have to be replaced.
                }

                known.Add(traffic with
                {
                    Versions = [.. traffic.Versions.Where(version => version.Version <= status.LastVersion)],
                    Replicas = [.. traffic.Replicas.Where(replica => state.Task(replica.Task) is { } task && task.Spec.Service == service.Name && task.Status.Attempt == replica.Attempt)],
                });
            }
        }

        book.Take(report with { Services = known });
        draining.Look();
        return new Accepted([]);
    }
}
