using System.Diagnostics;

namespace Datahall.Cli.Bench.Load;

/// <summary>Hands requests to free workers when they are due. When none is free, another is opened; when there may be no more, they wait, and their time runs.</summary>
/// <param name="mostWorkers">How many workers there may be.</param>
/// <param name="timeout">How long after it was due a request may still be started, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="recorder">Counts.</param>
/// <param name="open">Starts one more worker with its first request.</param>
/// <remarks>Workers are taken in the order in which they became free, so that every connection is used.</remarks>
internal sealed class OpenLoop(int mostWorkers, long timeout, Recorder recorder, Action<Arrival> open) : IArrivals
{
    private static readonly long Late = Window.Ticks(Recorder.LateSeconds);

    private readonly Lock gate = new();
    private readonly Queue<Worker> free = [];
    private readonly Queue<(Arrival Arrival, bool WasLate)> waiting = [];
    private int opened;
    private bool ended;

    /// <summary>A request is due. One thread calls this.</summary>
    public void Offer(Arrival arrival)
    {
        var now = Stopwatch.GetTimestamp();
        var late = now - arrival.Due > Late;
        if (arrival.IsMeasured)
        {
            recorder.Arrived();
            if (late)
            {
                recorder.GeneratorWasLate();
            }
        }

        Worker? worker;
        lock (gate)
        {
            if (!free.TryDequeue(out worker))
            {
                if (opened >= mostWorkers)
                {
                    waiting.Enqueue((arrival, late));
                    return;
                }

                opened++;
            }
        }

        Started(arrival, now);
        if (worker is null)
        {
            open(arrival);
        }
        else
        {
            worker.Give(arrival); // Runs on this thread until the request is sent.
        }
    }

    /// <summary>There are no more requests than those that wait.</summary>
    public void End()
    {
        List<Worker> idle;
        lock (gate)
        {
            ended = true;
            idle = [.. free];
            free.Clear();
        }

        foreach (var worker in idle)
        {
            worker.Give(null);
        }
    }

    public ValueTask<Arrival?> NextAsync(Worker worker)
    {
        lock (gate)
        {
            while (waiting.TryDequeue(out var next))
            {
                var now = Stopwatch.GetTimestamp();
                var (arrival, wasLate) = next;
                if (now - arrival.Due >= timeout)
                {
                    Ended(arrival, now);
                    continue;
                }

                if (arrival.IsMeasured && !wasLate && now - arrival.Due > Late)
                {
                    recorder.ConnectionWasLate();
                }

                Started(arrival, now);
                return new(arrival);
            }

            if (ended)
            {
                return new((Arrival?)null);
            }

            var wait = worker.Wait(); // Before it can be found free.
            free.Enqueue(worker);
            return wait;
        }
    }

    private void Started(Arrival arrival, long now)
    {
        if (arrival.IsMeasured)
        {
            recorder.Started(now - arrival.Due);
        }
    }

    private void Ended(Arrival arrival, long now)
    {
        if (arrival.IsMeasured)
        {
            recorder.Ended(new(Outcome.NotStarted), now - arrival.Due);
        }
    }
}
