using Datahall.Control.Agents;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Model.Traffic;
using Datahall.Twin.Time;
using Datahall.Twin.World;

namespace Datahall.Twin.Faults;

/// <summary>Two gateways that divide requests as services say and report what they saw: good versions and bad ones, and replicas that only they can tell are broken.</summary>
internal sealed class SimulatedGateways(VirtualTime time, SimulatedNetwork network, SimRandom random, SimulatedControlPlane control)
{
    /// <summary>The program whose answers fail although it passes its health check.</summary>
    public const string Failing = "failing";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private readonly Dictionary<AttemptKey, (Sickness Kind, DateTimeOffset Since)> replicas = [];

    /// <summary>Whether replicas fall ill, and services that follow their load have any.</summary>
    public bool Ill { get; set; } = true;

    public void Start()
    {
        foreach (var name in (string[])["g0", "g1"])
        {
            time.After(random.Upto(Period), () => Report(name, 1));
        }
    }

    private void Report(string name, long sequence)
    {
        if (control.Core is { } core)
        {
            var tasks = core.Resources.OfType<TaskResource>().Where(static task => task is { Spec.Service: not null, Status: { Phase: TaskPhase.Running, Ready: true } }).ToLookup(static task => task.Spec.Service!);
            var services = core.Resources.OfType<Service>().Where(static service => service is { Spec.Route: not null, Status: not null }).OrderBy(static service => service.Name, StringComparer.Ordinal);
            var report = new TrafficReport { Gateway = name, Sequence = sequence, Revision = core.Revision, Seconds = Period.TotalSeconds, Services = [.. services.Select(service => See(service, [.. tasks[service.Name].OrderBy(static task => task.Name, StringComparer.Ordinal)]))] };
            network.Send(name, () => control.Receive(new ObserveTraffic(report), name, static _ => { }));
        }

        time.After(Period, () => Report(name, sequence + 1));
    }

    private ServiceTraffic See(Service service, IReadOnlyList<TaskResource> ready)
    {
        var busy = service.Spec.Autoscale is null || service.Status!.Rollout is not null || (Ill && (time.Now.Minute + service.Name[^1]) % 3 != 0);
        var arrived = busy ? random.Between(100, 400) : 0;
        List<VersionTraffic> versions = [];
        List<ReplicaTraffic> seen = [];
        foreach (var version in ready.GroupBy(static task => task.Spec.Version))
        {
            var share = service.Status!.Split.Count == 0 ? 100 : service.Status.Split.FirstOrDefault(share => share.Version == version.Key)?.Weight ?? 0;
            var replicasOfIt = version.Select(task => SeeReplica(task, arrived * share / (100 * version.Count()))).ToList();
            seen.AddRange(replicasOfIt);
            var succeeded = replicasOfIt.Sum(static replica => replica.Succeeded);
            versions.Add(new() { Version = version.Key, Succeeded = succeeded, Failed = replicasOfIt.Sum(static replica => replica.Failed), Latency = new() { Bucket = [60], Count = [succeeded] } });
        }

        return new() { Service = service.Name, Arrived = arrived, InFlight = busy ? ready.Count * random.Between(1, 8) : 0, Waiting = ready.Count == 0 ? arrived : 0, Versions = versions, Replicas = seen };
    }

    private ReplicaTraffic SeeReplica(TaskResource task, int requests)
    {
        var (kind, since) = HealthOf(task);
        var failed = kind is Sickness.Fails || task.Spec.Template.Run.Process!.Command[0] == Failing ? requests / 2 : 0;
        return kind is Sickness.Out
            ? new() { Task = task.Name, Attempt = task.Status.Attempt, OutSeconds = (time.Now - since).TotalSeconds + 0.1, Why = "no answer to probes" }
            : new() { Task = task.Name, Attempt = task.Status.Attempt, Succeeded = requests - failed, Failed = failed };
    }

    // Each life of a replica is as healthy as it was when it was first seen, until the faults end.
    private (Sickness Kind, DateTimeOffset Since) HealthOf(TaskResource task)
    {
        var key = new AttemptKey(task.Name, task.Status.Fence);
        if (!replicas.TryGetValue(key, out var health))
        {
            replicas[key] = health = (random.Chance(0.1) ? random.Pick([Sickness.Out, Sickness.Fails]) : Sickness.None, time.Now);
        }

        return Ill ? health : (Sickness.None, health.Since);
    }

    private enum Sickness
    {
        None,
        Out,
        Fails,
    }
}
