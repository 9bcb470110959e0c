using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Health;
using Datahall.Gateway.Observing;
using Microsoft.Extensions.Hosting;

namespace Datahall.Gateway.Hosting;

/// <summary>Does what time alone asks for: ends of ejections and waits, probes, samples of what is under way.</summary>
internal sealed class Caretaker(Dispatcher dispatcher, Prober prober, TrafficMeter meter, TimeProvider time) : BackgroundService
{
    // A replica that hangs is suspected, probed and left within a second: this is the smallest part of that.
    private static readonly TimeSpan interval = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            dispatcher.LookAround();
            prober.Look(stoppingToken);
            meter.Sample();
        }
    }
}
