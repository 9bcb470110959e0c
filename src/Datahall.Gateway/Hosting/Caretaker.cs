using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Health;
using Datahall.Gateway.Observing;
using Microsoft.Extensions.Hosting;

namespace Datahall.Gateway.Hosting;

/// <summary>Does what time alone asks for: ends of ejections and waits, probes, samples of what is under way.</summary>
/// <remarks>
/// On a thread of its own. A timer's callback runs on the thread pool, whose threads spin for more work after each piece of it: twenty of them a second
/// took more than two per cent of a busy gateway's processor time.
/// </remarks>
internal sealed class Caretaker(Dispatcher dispatcher, Prober prober, TrafficMeter meter) : BackgroundService
{
    // A replica that hangs is suspected, probed and left within a second: this is the smallest part of that.
    private static readonly TimeSpan interval = TimeSpan.FromMilliseconds(50);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Factory.StartNew(
        () => Care(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Care(CancellationToken stoppingToken)
    {
        while (!stoppingToken.WaitHandle.WaitOne(interval))
        {
            dispatcher.LookAround();
            prober.Look(stoppingToken);
            meter.Sample();
        }
    }
}
