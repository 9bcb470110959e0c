using System.Diagnostics;

namespace Datahall.Cli.Bench.Load;

/// <summary>Each worker sends its next request as soon as the last one has ended.</summary>
/// <param name="window">When requests are made, and which of them count.</param>
/// <param name="targets">Chooses the target.</param>
/// <param name="recorder">Counts.</param>
/// <param name="stop">Ends it early.</param>
internal sealed class ClosedLoop(Window window, WeightedCycle targets, Recorder recorder, CancellationToken stop) : IArrivals
{
    public ValueTask<Arrival?> NextAsync(Worker worker)
    {
        var now = Stopwatch.GetTimestamp();
        if (now >= window.End || stop.IsCancellationRequested)
        {
            return new((Arrival?)null);
        }

        var measured = window.Measures(now);
        if (measured)
        {
            recorder.Arrived();
        }

        return new(new Arrival(now, targets.Next(), measured));
    }
}
