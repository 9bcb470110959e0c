using Datahall.Model;
using Datahall.Server.Console.Live;
using Datahall.Server.Console.Nodes;

namespace Datahall.Server.Console.Overview;

/// <summary>The installation in figures.</summary>
internal sealed record OverviewState
{
    /// <summary>Nothing.</summary>
    public static OverviewState Empty { get; } = new();

    /// <summary>Jobs of which a task was started.</summary>
    public int JobsRunning { get; init; }

    /// <summary>Jobs that wait.</summary>
    public int JobsPending { get; init; }

    /// <summary>Jobs that failed and are kept.</summary>
    public int JobsFailed { get; init; }

    /// <summary>All services.</summary>
    public int Services { get; init; }

    /// <summary>Services with as many healthy replicas as wanted.</summary>
    public int ServicesHealthy { get; init; }

    /// <summary>All nodes.</summary>
    public int Nodes { get; init; }

    /// <summary>Nodes whose agents answer.</summary>
    public int NodesReady { get; init; }

    /// <summary>Nodes that are lost.</summary>
    public int NodesLost { get; init; }

    /// <summary>All accelerators of nodes that answer.</summary>
    public int Gpus { get; init; }

    /// <summary>Accelerators that tasks hold.</summary>
    public double GpusHeld { get; init; }

    /// <summary>All processors of nodes that answer.</summary>
    public double Cpus { get; init; }

    /// <summary>Processors that tasks hold.</summary>
    public double CpusHeld { get; init; }

    /// <summary>Tasks that wait for a place.</summary>
    public int TasksPending { get; init; }

    /// <summary>Incidents that are not over, the worst first.</summary>
    public IReadOnlyList<Incident> Open { get; init; } = [];

    /// <summary>Counts resources; one pass over each kind.</summary>
    public static OverviewState Of(ResourceSet set)
    {
        var jobs = set.List<Job>(ResourceKinds.Job).GroupBy(static job => job.Status?.Phase ?? JobPhase.Pending).ToDictionary(static g => g.Key, static g => g.Count());
        var nodes = NodeRow.Of(set);
        var ready = nodes.Where(static row => row.Node.Status?.Phase is NodePhase.Ready).ToList();
        var services = set.List<Service>(ResourceKinds.Service);
        return new()
        {
            JobsRunning = jobs.GetValueOrDefault(JobPhase.Running),
            JobsPending = jobs.GetValueOrDefault(JobPhase.Pending),
            JobsFailed = jobs.GetValueOrDefault(JobPhase.Failed),
            Services = services.Count,
            ServicesHealthy = services.Count(static service => service.Status?.Phase is ServicePhase.Healthy),
            Nodes = nodes.Count,
            NodesReady = ready.Count,
            NodesLost = nodes.Count(static row => row.Node.Status?.Phase is NodePhase.Lost),
            Gpus = ready.Sum(static row => row.Gpus),
            GpusHeld = ready.Sum(static row => row.GpusHeld),
            Cpus = ready.Sum(static row => row.Cpus),
            CpusHeld = ready.Sum(static row => row.CpuHeld),
            TasksPending = set.List<TaskResource>(ResourceKinds.Task).Count(static task => task.Status.Phase is TaskPhase.Pending),
            Open = [.. set.List<Incident>(ResourceKinds.Incident).Where(static i => i.Status.State is not IncidentState.Resolved)
                .OrderByDescending(static i => i.Status.Severity).ThenByDescending(static i => i.Status.Opened)],
        };
    }
}
