using Datahall.Control.Agents;
using Datahall.Model;
using Datahall.Monitoring.Series;
using Datahall.Server.Agents;
using Datahall.Server.Energy;
using Datahall.Server.Resources;

namespace Datahall.Server.Metrics;

/// <summary>What nodes and their GPUs measured, under the names of node_exporter and of the DCGM exporter where these have one. For one caller at a time.</summary>
internal sealed class NodePoints(ResourceCache cache, ReadingsStore readings, EnergyMeter meter, EnergyOptions options)
{
    private const double MebiByte = 1 << 20;

    private readonly NodeLabels labels = new();

    /// <summary>Adds everything that is known of nodes now.</summary>
    public void Write(FleetSnapshot into, IReadOnlyList<TaskResource> tasks)
    {
        var sites = cache.List(ResourceKinds.Site, LabelSelector.All, null, 2).Items;
        var only = sites.Count == 1 ? sites[0].Name : null;
        var fresh = readings.Fresh(options.StaleAfter);
        var skews = readings.ClockSkews(options.StaleAfter);
        var power = (meter.Latest?.Nodes ?? []).ToDictionary(static sample => sample.Node.Name, StringComparer.Ordinal);
        var held = HeldDevices(tasks);
        var nodes = cache.List(ResourceKinds.Node, LabelSelector.All, null, int.MaxValue).Items.Cast<Node>().ToList();
        var (allocated, devices) = (0.0, 0);
        foreach (var node in nodes)
        {
            var capacity = node.Status?.Capacity;
            var (own, ofDevices) = labels.Of(node, only, capacity?.Devices.Count ?? 0);
            WriteState(into, own, node, power.GetValueOrDefault(node.Name));
            into.Add(FleetMetrics.NodeClockSkew, own, skews.TryGetValue(node.Name, out var skew) ? skew.TotalSeconds : null);
            var reading = fresh.GetValueOrDefault(node.Name);
            if (reading is not null)
            {
                WriteReadings(into, own, capacity, reading);
            }

            for (var i = 0; i < ofDevices.Length && IsHeard(node); i++)
            {
                var share = held.GetValueOrDefault((node.Name, i));
                into.Add(FleetMetrics.GpuAllocated, ofDevices[i], share);
                (allocated, devices) = (allocated + share, devices + 1);
            }

            WriteDevices(into, ofDevices, capacity, reading);
        }

        if (devices > 0)
        {
            into.Add(FleetMetrics.Gpus, SeriesLabels.Of(("state", "allocated")), allocated);
            into.Add(FleetMetrics.Gpus, SeriesLabels.Of(("state", "free")), devices - allocated);
        }

        labels.Keep([.. nodes.Select(static node => node.Name)]);
    }

    /// <summary>Whether its agent is there.</summary>
    public static bool IsHeard(Node node) => node.Status is { Phase: NodePhase.Ready or NodePhase.Joining or NodePhase.Leaving };

    private static void WriteState(FleetSnapshot into, SeriesLabels labels, Node node, NodeSample? sample)
    {
        // One that sleeps, has left in order, or was never there, is not missed.
        into.Add(FleetMetrics.NodeUp, labels, IsHeard(node) ? 1 : node.Status is { Phase: NodePhase.Lost } ? 0 : null);
        into.Add(FleetMetrics.NodeCpus, labels, node.Status?.Capacity?.Cpu.Milli / 1000.0);
        into.Add(FleetMetrics.MemoryTotal, labels, node.Status?.Capacity?.Memory.Value);
        into.Add(FleetMetrics.NodePowerCap, labels, node.OrderedCap()?.Value);
        into.Add(FleetMetrics.NodePower, labels, sample?.Power.Wall);
        into.Add(FleetMetrics.NodeInlet, labels, sample?.InletCelsius);
    }

    private static void WriteReadings(FleetSnapshot into, SeriesLabels labels, NodeCapacity? capacity, NodeReadings reading)
    {
        into.Add(FleetMetrics.NodeCpuUsed, labels, reading.CpuUsed);
        into.Add(FleetMetrics.NodeReceived, labels, reading.NetworkReceivedBytesPerSecond);
        into.Add(FleetMetrics.NodeSent, labels, reading.NetworkSentBytesPerSecond);
        into.Add(FleetMetrics.Load1, labels, reading.Load1);
        into.Add(FleetMetrics.Temperature, labels, reading.TemperatureCelsius);
        if (capacity is { Memory.Value: > 0 })
        {
            into.Add(FleetMetrics.MemoryAvailable, labels, Math.Max(0, capacity.Memory.Value - reading.MemoryUsedBytes));
        }

        if (capacity is { Disk.Value: > 0 })
        {
            into.Add(FleetMetrics.FilesystemSize, labels, capacity.Disk.Value);
            into.Add(FleetMetrics.FilesystemAvailable, labels, Math.Max(0, capacity.Disk.Value - reading.DiskUsedBytes));
        }
    }

    private static void WriteDevices(FleetSnapshot into, SeriesLabels[] labels, NodeCapacity? capacity, NodeReadings? reading)
    {
        foreach (var device in (reading?.Devices ?? []).Where(device => device.Index >= 0 && device.Index < labels.Length).DistinctBy(static device => device.Index))
        {
            var own = labels[device.Index];
            into.Add(FleetMetrics.GpuUtilization, own, 100 * device.Utilization);
            into.Add(FleetMetrics.GpuMemoryUsed, own, device.MemoryUsedBytes / MebiByte);
            into.Add(FleetMetrics.GpuMemoryFree, own, Math.Max(0, capacity!.Devices[device.Index].Memory.Value - device.MemoryUsedBytes) / MebiByte);
            into.Add(FleetMetrics.GpuTemperature, own, device.TemperatureCelsius);
            into.Add(FleetMetrics.GpuPower, own, device.PowerWatts);
            into.Add(FleetMetrics.GpuXid, own, device.LastXid);
        }
    }

    private static Dictionary<(string Node, int Device), double> HeldDevices(IReadOnlyList<TaskResource> tasks)
    {
        var held = new Dictionary<(string, int), double>();
        foreach (var place in tasks.Where(WorkPoints.HoldsPlace).Select(static task => task.Status.Placement))
        {
            foreach (var device in place?.Devices ?? [])
            {
                held[(place!.Node, device)] = Math.Min(1, held.GetValueOrDefault((place.Node, device)) + (place.MilliPerDevice / 1000.0));
            }
        }

        return held;
    }
}
