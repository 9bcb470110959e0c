using Datahall.Control.Agents;
using Datahall.Server.Agents;
using Datahall.Server.Loop;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Top;

/// <summary>Who uses how much now.</summary>
internal static class TopEndpoints
{
    public static void MapTop(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/top").WithTags("Readings");
        group.MapGet("/nodes", Nodes).WithName("TopNodes").WithSummary("The latest readings of each node");
        group.MapGet("/tasks", Tasks).WithName("TopTasks").WithSummary("The latest readings of each task");
        group.MapGet("/queues", QueuesAsync).WithName("TopQueues").WithSummary("What each queue holds, waits for and is due");
    }

    private static async Task<Ok<QueueStandingListView>> QueuesAsync(ControlLoop loop, CancellationToken cancellationToken) =>
        TypedResults.Ok(QueueStandingListView.Of(await loop.AskAsync(static core => core.Queues, cancellationToken)));

    private static Ok<NodeReadingsListView> Nodes(ReadingsStore readings) =>
        TypedResults.Ok(new NodeReadingsListView([.. readings.All().Select(NodeReadingsView.Of)]));

    private static Ok<TaskReadingsListView> Tasks(ReadingsStore readings) => TypedResults.Ok(new TaskReadingsListView(
    [
        .. readings.All()
            .SelectMany(node => node.Tasks.Select(task => new TaskReadingsView(task.Task, node.Node, node.Time, task.CpuUsed, task.MemoryUsedBytes)))
            .OrderBy(task => task.Task, StringComparer.Ordinal),
    ]));
}

/// <summary>The latest readings of each node.</summary>
/// <param name="Items">The nodes that have sent readings, by name.</param>
internal sealed record NodeReadingsListView(IReadOnlyList<NodeReadingsView> Items);

/// <summary>What a node's agent measured; what the machine does not say is absent.</summary>
/// <param name="Node">The node.</param>
/// <param name="Time">When, by the agent's clock.</param>
/// <param name="CpuUsed">Processors in use, in CPUs.</param>
/// <param name="MemoryUsedBytes">Memory in use, in bytes.</param>
/// <param name="DiskUsedBytes">Disk in use under the agent's data directory, in bytes.</param>
/// <param name="NetworkReceivedBytesPerSecond">Received, in bytes per second.</param>
/// <param name="NetworkSentBytesPerSecond">Sent, in bytes per second.</param>
/// <param name="Load1">The load average over one minute.</param>
/// <param name="TemperatureCelsius">The highest temperature, in degrees Celsius.</param>
/// <param name="PowerWatts">The machine's power, in watts.</param>
/// <param name="Tasks">What each task uses.</param>
/// <param name="Devices">What each accelerator does.</param>
internal sealed record NodeReadingsView(
    string Node,
    DateTimeOffset Time,
    double CpuUsed,
    long MemoryUsedBytes,
    long DiskUsedBytes,
    double NetworkReceivedBytesPerSecond,
    double NetworkSentBytesPerSecond,
    double Load1,
    double? TemperatureCelsius,
    double? PowerWatts,
    IReadOnlyList<TaskReadings> Tasks,
    IReadOnlyList<DeviceReadings> Devices)
{
    public static NodeReadingsView Of(NodeReadings r) => new(
        r.Node, r.Time, r.CpuUsed, r.MemoryUsedBytes, r.DiskUsedBytes, r.NetworkReceivedBytesPerSecond, r.NetworkSentBytesPerSecond, r.Load1,
        r.TemperatureCelsius, r.PowerWatts, r.Tasks, r.Devices);
}

/// <summary>The latest readings of each task.</summary>
/// <param name="Items">The tasks, by name.</param>
internal sealed record TaskReadingsListView(IReadOnlyList<TaskReadingsView> Items);

/// <summary>What a task uses.</summary>
/// <param name="Task">The task.</param>
/// <param name="Node">The node it is on.</param>
/// <param name="Time">When, by the agent's clock.</param>
/// <param name="CpuUsed">Processors in use, in CPUs.</param>
/// <param name="MemoryUsedBytes">Memory in use, in bytes.</param>
internal sealed record TaskReadingsView(string Task, string Node, DateTimeOffset Time, double CpuUsed, long MemoryUsedBytes);
