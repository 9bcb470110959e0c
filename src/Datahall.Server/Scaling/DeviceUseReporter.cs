using Datahall.Control.Agents;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Server.Agents;
using Datahall.Server.Loop;
using Datahall.Server.Resources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Scaling;

/// <summary>Tells the core how busy the accelerators of autoscaled services are that are scaled by that.</summary>
/// <remarks>Replicas that share a device share its reading: what one of them does cannot be told from what another does.</remarks>
internal sealed partial class DeviceUseReporter(ResourceCache cache, ReadingsStore readings, ControlLoop loop, TimeProvider time, ILogger<DeviceUseReporter> logger) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan staleAfter = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (Look() is { Count: > 0 } uses)
                {
                    await loop.SubmitAsync(new ObserveDevices(uses), stoppingToken);
                }
            }
            catch (StoreUnavailableException e) // The next look tells the same.
            {
                LogStore(e.Message);
            }
        }
    }

    private List<ServiceDeviceUse> Look()
    {
        var services = All<Service>(ResourceKinds.Service).Where(static service => service.Spec.Autoscale?.GpuUse is not null).Select(static service => service.Name)
            .ToHashSet(StringComparer.Ordinal);
        if (services.Count == 0)
        {
            return [];
        }

        var fresh = readings.Fresh(staleAfter);
        return
        [
            .. All<TaskResource>(ResourceKinds.Task)
                .Where(task => task is { Spec.Service: { } service, Status: { Phase: TaskPhase.Running, Placement: not null } } && services.Contains(service))
                .SelectMany(task => UsesOf(task, fresh).Select(use => (Service: task.Spec.Service!, Use: use)))
                .GroupBy(static device => device.Service, StringComparer.Ordinal)
                .Select(static group => new ServiceDeviceUse(group.Key, group.Average(static device => device.Use))),
        ];
    }

    private IEnumerable<T> All<T>(string kind)
        where T : Resource => cache.List(kind, LabelSelector.All, null, int.MaxValue).Items.Cast<T>();

    private static IEnumerable<double> UsesOf(TaskResource task, Dictionary<string, NodeReadings> fresh) =>
        fresh.TryGetValue(task.Status.Placement!.Node, out var node)
            ? node.Devices.Where(device => task.Status.Placement.Devices.Contains(device.Index) && double.IsFinite(device.Utilization)).Select(static device => device.Utilization)
            : [];

    [LoggerMessage(2701, LogLevel.Debug, "The use of devices was not told: {Why}")]
    private partial void LogStore(string why);
}
