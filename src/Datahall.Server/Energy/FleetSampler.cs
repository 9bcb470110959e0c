using Datahall.Control.Agents;
using Datahall.Energy.Attribution;
using Datahall.Model;
using Datahall.Server.Agents;
using Datahall.Server.Resources;

namespace Datahall.Server.Energy;

/// <summary>Looks at what the fleet draws: readings, what tasks hold, and the sites' models. For one caller at a time.</summary>
internal sealed class FleetSampler(ResourceCache cache, ReadingsStore readings, EnergyOptions options)
{
    private readonly Dictionary<string, SiteBoard> sites = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (NodeCapacity Capacity, string? Label, SiteSpec? Site, Rack? Rack, NodeServer Server)> servers = new(StringComparer.Ordinal);

    /// <summary>Looks.</summary>
    public FleetSample Look(DateTimeOffset now)
    {
        var only = TakeSites();
        var tasks = All<TaskResource>(ResourceKinds.Task).Where(static task => task.Status is { Placement: not null, Phase: TaskPhase.Starting or TaskPhase.Running or TaskPhase.Stopping })
            .ToLookup(static task => task.Status.Placement!.Node, StringComparer.Ordinal);
        var fresh = readings.Fresh(options.StaleAfter);
        var seen = new List<Seen>();
        var unread = new List<TaskResource>();
        foreach (var node in All<Node>(ResourceKinds.Node))
        {
            if (node.Status is { Capacity: { } capacity, Phase: NodePhase.Ready or NodePhase.Joining or NodePhase.Leaving } && fresh.TryGetValue(node.Name, out var reading))
            {
                seen.Add(See(node, capacity, reading, [.. tasks[node.Name]], only));
            }
            else
            {
                unread.AddRange(tasks[node.Name]);
            }
        }

        Forget(seen);
        var (nodes, boards) = (new List<NodeSample>(seen.Count), new List<SiteSample>());
        foreach (var group in seen.GroupBy(static node => node.Site, StringComparer.Ordinal).OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            boards.Add(Settle(group.Key, [.. group], now, nodes));
        }

        nodes.Sort(static (a, b) => string.CompareOrdinal(a.Node.Name, b.Node.Name));
        return new(now, nodes, boards, unread);
    }

    private IEnumerable<T> All<T>(string kind)
        where T : Resource => cache.List(kind, LabelSelector.All, null, int.MaxValue).Items.Cast<T>();

    // The name of the only site, which a location need not name; null when there are several or none.
    private string? TakeSites()
    {
        var all = All<Site>(ResourceKinds.Site).ToDictionary(static site => site.Name, StringComparer.Ordinal);
        foreach (var gone in sites.Keys.Where(name => name.Length > 0 && !all.ContainsKey(name)).ToList())
        {
            sites.Remove(gone);
        }

        foreach (var (name, site) in all)
        {
            BoardOf(name).Put(site.Spec);
        }

        return all.Count == 1 ? all.Keys.First() : null;
    }

    private SiteBoard BoardOf(string name)
    {
        if (!sites.TryGetValue(name, out var board))
        {
            sites.Add(name, board = new(name));
        }

        return board;
    }

    private Seen See(Node node, NodeCapacity capacity, NodeReadings reading, TaskResource[] tasks, string? only)
    {
        var at = node.Spec.Location;
        var name = at?.Site ?? only;
        var rack = at is not null && name is not null && sites.TryGetValue(name, out var board) ? board.Find(at) : null;
        var site = rack is null ? "" : name!;
        var label = node.Labels.GetValueOrDefault(NodeServer.Label) ?? node.Status!.Labels.GetValueOrDefault(NodeServer.Label);
        return new(node, site, ServerOf(node.Name, capacity, label, BoardOf(site).Spec, rack), LoadOf(capacity, reading, tasks), tasks);
    }

    private NodeServer ServerOf(string node, NodeCapacity capacity, string? label, SiteSpec? site, Rack? rack)
    {
        if (!servers.TryGetValue(node, out var known) || !ReferenceEquals(known.Capacity, capacity) || known.Label != label || !ReferenceEquals(known.Site, site) || !ReferenceEquals(known.Rack, rack))
        {
            servers[node] = known = (capacity, label, site, rack, NodeServer.Of(site, rack?.Servers ?? [], label, capacity));
        }

        return known.Server;
    }

    private void Forget(List<Seen> seen)
    {
        if (servers.Count > seen.Count)
        {
            var here = seen.Select(static node => node.Node.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var gone in servers.Keys.Where(node => !here.Contains(node)).ToList())
            {
                servers.Remove(gone);
            }
        }
    }

    private static NodeLoad LoadOf(NodeCapacity capacity, NodeReadings reading, TaskResource[] tasks)
    {
        var used = reading.Tasks.GroupBy(static task => task.Task, StringComparer.Ordinal).ToDictionary(static task => task.Key, static task => task.First().CpuUsed, StringComparer.Ordinal);
        var devices = reading.Devices.GroupBy(static device => device.Index).ToDictionary(static device => device.Key, static device => device.First());
        return new()
        {
            Cpus = capacity.Cpu.Milli / 1000.0,
            CpuUsed = reading.CpuUsed,
            MeasuredWatts = reading.PowerWatts,
            Devices = [.. capacity.Devices.Select((device, i) => devices.TryGetValue(i, out var says) ? new DeviceLoad(device, says.Utilization, says.PowerWatts) : new DeviceLoad(device, 0, null))],
            Tasks =
            [
                .. tasks.Select(task => new TaskLoad(
                    task.Spec.Template.Resources.Cpu.Milli / 1000.0, used.GetValueOrDefault(task.Name), task.Status.Placement!.Devices, task.Status.Placement.MilliPerDevice / 1000.0)),
            ],
        };
    }

    private SiteSample Settle(string name, List<Seen> group, DateTimeOffset now, List<NodeSample> into)
    {
        var board = BoardOf(name);
        board.Stand([.. group.Select(static node => (node.Node.Name, new PlacedServer(node.Node.Spec.Location?.Hall ?? "", node.Node.Spec.Location?.Rack ?? "", node.Server)))]);
        var powers = group.Select((node, i) => NodePower.Of(node.Server, node.Load, board.InletOf(i))).ToList();
        var described = powers.Where((_, i) => group[i].Server.Origin is not ServerOrigin.Capacity).Sum(static power => power.Wall);
        var (site, prices) = board.Settle(powers, described, now);
        for (var i = 0; i < group.Count; i++)
        {
            var node = group[i];
            var watts = new double[node.Tasks.Length];
            var idle = PowerAttribution.Divide(node.Load, powers[i], watts);
            into.Add(new(node.Node, site, node.Server, powers[i], [.. node.Tasks.Select((task, k) => new TaskSample(task, watts[k]))], idle)
            {
                IsDoubtful = NodePower.IsDoubtful(node.Server, node.Load),
                InletCelsius = site.Power is null ? null : board.InletOf(i),
                Price = prices?[i],
            });
        }

        return site;
    }

    private sealed record Seen(Node Node, string Site, NodeServer Server, NodeLoad Load, TaskResource[] Tasks);
}
