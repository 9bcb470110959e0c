using Datahall.Monitoring.Series;

namespace Datahall.Server.Metrics;

/// <summary>A metric of the fleet's state.</summary>
/// <param name="Name">As Prometheus writes it.</param>
/// <param name="IsCounter">Whether it only grows; otherwise it is a gauge.</param>
/// <param name="Help">What it means.</param>
/// <param name="Digits">Digits behind the point that mean something; more would only be noise to keep and send.</param>
internal sealed record FleetMetric(string Name, bool IsCounter, string Help, int Digits);

/// <summary>All metrics of the fleet; <c>docs/metrics.md</c> lists the same.</summary>
internal static class FleetMetrics
{
    private static readonly List<FleetMetric> all = [];

    public static readonly FleetMetric NodeUp = Gauge("datahall_node_up", "Whether the node's agent is heard.");
    public static readonly FleetMetric NodeCpus = Gauge("datahall_node_cpus", "Processors.");
    public static readonly FleetMetric NodeCpuUsed = Gauge("datahall_node_cpu_used_cpus", "Processors in use.");
    public static readonly FleetMetric NodeReceived = Gauge("datahall_node_network_receive_bytes_per_second", "Received, over all devices but loopback.", 0);
    public static readonly FleetMetric NodeSent = Gauge("datahall_node_network_transmit_bytes_per_second", "Sent, over all devices but loopback.", 0);
    public static readonly FleetMetric NodePower = Gauge("datahall_node_power_watts", "Power at the inlet, measured or estimated.", 1);
    public static readonly FleetMetric NodePowerCap = Gauge("datahall_node_power_cap_watts", "What its processors and accelerators may draw together.");
    public static readonly FleetMetric NodeInlet = Gauge("datahall_node_inlet_celsius", "Temperature of the air at the inlet, by the site's model.", 2);
    public static readonly FleetMetric NodeClockSkew = Gauge("datahall_node_clock_skew_seconds", "How far the node's clock is ahead of the server's.", 4);
    public static readonly FleetMetric Load1 = Gauge("node_load1", "Load average over one minute.");
    public static readonly FleetMetric MemoryTotal = Gauge("node_memory_MemTotal_bytes", "Memory.", 0);
    public static readonly FleetMetric MemoryAvailable = Gauge("node_memory_MemAvailable_bytes", "Memory that may be had without swapping.", 0);
    public static readonly FleetMetric FilesystemSize = Gauge("node_filesystem_size_bytes", "Size of the file system with the agent's data directory.", 0);
    public static readonly FleetMetric FilesystemAvailable = Gauge("node_filesystem_avail_bytes", "Free room in the file system with the agent's data directory.", 0);
    public static readonly FleetMetric Temperature = Gauge("node_hwmon_temp_celsius", "Highest temperature of the machine's own sensors.");

    public static readonly FleetMetric GpuUtilization = Gauge("DCGM_FI_DEV_GPU_UTIL", "Use of the GPU, in percent.", 1);
    public static readonly FleetMetric GpuMemoryUsed = Gauge("DCGM_FI_DEV_FB_USED", "Memory of the GPU in use, in MiB.");
    public static readonly FleetMetric GpuMemoryFree = Gauge("DCGM_FI_DEV_FB_FREE", "Memory of the GPU not in use, in MiB.");
    public static readonly FleetMetric GpuTemperature = Gauge("DCGM_FI_DEV_GPU_TEMP", "Temperature of the GPU, in degrees Celsius.");
    public static readonly FleetMetric GpuPower = Gauge("DCGM_FI_DEV_POWER_USAGE", "Power of the GPU, in watts.");
    public static readonly FleetMetric GpuXid = Gauge("DCGM_FI_DEV_XID_ERRORS", "Number of the last Xid error since the agent started, or 0.");
    public static readonly FleetMetric GpuAllocated = Gauge("datahall_gpu_allocated", "The part of the GPU that tasks hold, from 0 to 1.");

    public static readonly FleetMetric Nodes = Gauge("datahall_nodes", "Nodes by state.");
    public static readonly FleetMetric Gpus = Gauge("datahall_gpus", "GPUs of nodes that are heard, allocated and free.");
    public static readonly FleetMetric Tasks = Gauge("datahall_tasks", "Tasks by state.");
    public static readonly FleetMetric TaskFailures = Counter("datahall_task_failures_total", "Attempts of tasks that failed or were lost.");
    public static readonly FleetMetric Jobs = Gauge("datahall_jobs", "Jobs by state.");
    public static readonly FleetMetric QueuePending = Gauge("datahall_queue_pending_tasks", "Tasks that wait for a place.");
    public static readonly FleetMetric QueueOldest = Gauge("datahall_queue_oldest_pending_seconds", "How long the oldest waiting task of a queue has waited.", 1);
    public static readonly FleetMetric QueueRunning = Gauge("datahall_queue_running_tasks", "Tasks that hold a place.");
    public static readonly FleetMetric QueueGpus = Gauge("datahall_queue_gpus", "GPUs that the tasks of a queue hold.");
    public static readonly FleetMetric GangWaiting = Gauge("datahall_gang_waiting_seconds", "How long a gang of the job has waited, from one minute on.", 1);
    public static readonly FleetMetric ReplicasWanted = Gauge("datahall_service_replicas_wanted", "Replicas wanted.");
    public static readonly FleetMetric ReplicasReady = Gauge("datahall_service_replicas_ready", "Replicas that can take traffic.");
    public static readonly FleetMetric Gateways = Gauge("datahall_gateways", "Gateways that follow the routes.");
    public static readonly FleetMetric CertificateExpiry = Gauge("datahall_certificate_expiry_seconds", "Time until a certificate of the server ends.", 0);

    public static readonly FleetMetric SiteItPower = Gauge("datahall_site_it_power_watts", "Power at the inlets of servers.", 1);
    public static readonly FleetMetric SitePower = Gauge("datahall_site_power_watts", "Power at the grid.", 1);
    public static readonly FleetMetric SiteCooling = Gauge("datahall_site_cooling_power_watts", "Power of the cooling plant.", 1);
    public static readonly FleetMetric SitePue = Gauge("datahall_site_pue", "Power at the grid over power of the servers, at this moment.", 4);
    public static readonly FleetMetric SiteOutdoor = Gauge("datahall_site_outdoor_celsius", "Air outside, by the climate.", 2);
    public static readonly FleetMetric SiteSupply = Gauge("datahall_site_supply_celsius", "Air that is supplied to the racks.", 2);
    public static readonly FleetMetric FeedPower = Gauge("datahall_feed_power_watts", "Power that goes through a feed.", 1);
    public static readonly FleetMetric FeedLimit = Gauge("datahall_feed_limit_watts", "What a feed may carry.", 1);
    public static readonly FleetMetric RackPower = Gauge("datahall_rack_power_watts", "Power of the servers in a rack.", 1);
    public static readonly FleetMetric RackLimit = Gauge("datahall_rack_limit_watts", "What a rack may draw.", 1);

    /// <summary>All of them, in the order in which they are written.</summary>
    public static IReadOnlyList<FleetMetric> All => all;

    private static FleetMetric Gauge(string name, string help, int digits = 3) => Add(new(name, false, help, digits));

    private static FleetMetric Counter(string name, string help) => Add(new(name, true, help, 0));

    private static FleetMetric Add(FleetMetric metric)
    {
        all.Add(metric);
        return metric;
    }
}

/// <summary>The state of the fleet at one moment: values by metric and labels. For one caller at a time.</summary>
internal sealed class FleetSnapshot
{
    private readonly Dictionary<FleetMetric, List<(SeriesLabels Labels, double Value)>> points = new(ReferenceEqualityComparer.Instance);

    /// <summary>Adds a value, in the digits of its metric; null and NaN: it is not known.</summary>
    public void Add(FleetMetric metric, SeriesLabels labels, double? value)
    {
        if (value is not { } known || !double.IsFinite(known))
        {
            return;
        }

        if (!points.TryGetValue(metric, out var list))
        {
            points.Add(metric, list = []);
        }

        list.Add((labels, Math.Round(known, metric.Digits)));
    }

    /// <summary>The values of a metric.</summary>
    public IReadOnlyList<(SeriesLabels Labels, double Value)> Of(FleetMetric metric) => points.TryGetValue(metric, out var list) ? list : [];
}
