using System.Text.Json;
using Datahall.Control.Services;
using Datahall.Model;
using Datahall.Monitoring.Series;
using Datahall.Server.Resources;

namespace Datahall.Server.Metrics;

/// <summary>How work stands: nodes, tasks and jobs by state, queues, gangs, services. For one caller at a time.</summary>
internal sealed class WorkPoints(ResourceCache cache)
{
    private const int MostGangs = 100;
    private const double LongWaitSeconds = 60;

    // Those of the last time and of this one: labels are made once, and those of queues and services that are gone are let go.
    private Dictionary<(string Label, string Value), SeriesLabels> known = [];
    private Dictionary<(string Label, string Value), SeriesLabels> used = [];

    /// <summary>Adds everything that is committed now.</summary>
    public void Write(FleetSnapshot into, IReadOnlyList<TaskResource> tasks, DateTimeOffset now)
    {
        var nodes = All<Node>(ResourceKinds.Node).CountBy(static node => node.Status?.Phase ?? NodePhase.Expected).ToDictionary();
        foreach (var phase in Enum.GetValues<NodePhase>())
        {
            into.Add(FleetMetrics.Nodes, Label("state", Word(phase)), nodes.GetValueOrDefault(phase));
        }

        var byPhase = tasks.CountBy(static task => task.Status.Phase).ToDictionary();
        foreach (var phase in Enum.GetValues<TaskPhase>())
        {
            into.Add(FleetMetrics.Tasks, Label("state", Word(phase)), byPhase.GetValueOrDefault(phase));
        }

        var jobs = All<Job>(ResourceKinds.Job).CountBy(static job => job.Status?.Phase ?? JobPhase.Pending).ToDictionary();
        foreach (var phase in Enum.GetValues<JobPhase>())
        {
            into.Add(FleetMetrics.Jobs, Label("state", Word(phase)), jobs.GetValueOrDefault(phase));
        }

        WriteQueues(into, tasks, now);
        WriteGangs(into, tasks, now);
        WriteServices(into, tasks);
        (known, used) = (used, []);
    }

    /// <summary>Whether a task holds something of a node.</summary>
    public static bool HoldsPlace(TaskResource task) =>
        task.Status is { Placement: not null, Phase: TaskPhase.Placed or TaskPhase.Starting or TaskPhase.Running or TaskPhase.Stopping };

    private void WriteQueues(FleetSnapshot into, IReadOnlyList<TaskResource> tasks, DateTimeOffset now)
    {
        var byQueue = tasks.ToLookup(static task => task.Spec.Queue, StringComparer.Ordinal);
        var names = All<Queue>(ResourceKinds.Queue).Select(static queue => queue.Name).Append(Queue.Default).Concat(byQueue.Select(static queue => queue.Key)).Distinct(StringComparer.Ordinal).ToList();
        cache.KeepTaskFailures(names);
        foreach (var name in names)
        {
            var queue = Label("queue", name);
            var (pending, running, gpus, oldest) = (0, 0, 0.0, 0.0);
            foreach (var task in byQueue[name])
            {
                if (task.Status.Phase is TaskPhase.Pending)
                {
                    pending++;
                    oldest = Math.Max(oldest, Waited(task, now));
                }
                else if (HoldsPlace(task))
                {
                    running++;
                    gpus += task.Status.Placement!.Devices.Count * task.Status.Placement.MilliPerDevice / 1000.0;
                }
            }

            into.Add(FleetMetrics.QueuePending, queue, pending);
            into.Add(FleetMetrics.QueueOldest, queue, oldest);
            into.Add(FleetMetrics.QueueRunning, queue, running);
            into.Add(FleetMetrics.QueueGpus, queue, gpus);
            into.Add(FleetMetrics.TaskFailures, queue, cache.TaskFailures.GetValueOrDefault(name));
        }
    }

    // Names of jobs come and go: only those that somebody should look at, and not more than somebody can.
    private static void WriteGangs(FleetSnapshot into, IReadOnlyList<TaskResource> tasks, DateTimeOffset now)
    {
        var waiting = tasks.Where(static task => task is { Spec: { Job: not null, Gang: not null, Extra: false }, Status.Phase: TaskPhase.Pending })
            .GroupBy(static task => task.Spec.Job!, StringComparer.Ordinal)
            .Select(job => (Job: job.Key, Seconds: job.Max(task => Waited(task, now))))
            .Where(static job => job.Seconds >= LongWaitSeconds)
            .OrderByDescending(static job => job.Seconds)
            .ThenBy(static job => job.Job, StringComparer.Ordinal)
            .Take(MostGangs);
        foreach (var (job, seconds) in waiting)
        {
            into.Add(FleetMetrics.GangWaiting, SeriesLabels.Of(("job", job)), seconds);
        }
    }

    private void WriteServices(FleetSnapshot into, IReadOnlyList<TaskResource> tasks)
    {
        var ready = tasks.Where(static task => task is { Spec.Service: not null, Status: { Phase: TaskPhase.Running, Ready: true } })
            .CountBy(static task => task.Spec.Service!, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        foreach (var service in All<Service>(ResourceKinds.Service))
        {
            var name = Label("service", service.Name);
            into.Add(FleetMetrics.ReplicasWanted, name, service.WantedReplicas());
            into.Add(FleetMetrics.ReplicasReady, name, ready.GetValueOrDefault(service.Name));
        }
    }

    private static double Waited(TaskResource task, DateTimeOffset now) => (task.Status.Since ?? task.Created) is { } since ? Math.Max(0, (now - since).TotalSeconds) : 0;

    private static string Word<T>(T phase)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(phase.ToString());

    private SeriesLabels Label(string name, string value) => used[(name, value)] = known.TryGetValue((name, value), out var labels) ? labels : SeriesLabels.Of((name, value));

    private IEnumerable<T> All<T>(string kind)
        where T : Resource => cache.List(kind, LabelSelector.All, null, int.MaxValue).Items.Cast<T>();
}
