using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Datahall.Cli.Bench.Load;

/// <summary>Does one request after the other over one exchanger.</summary>
/// <param name="arrivals">Where the requests come from.</param>
/// <param name="exchanger">Sends them; the worker disposes it.</param>
/// <param name="recorder">Counts.</param>
/// <param name="streams">Whether the parts of responses are timed.</param>
/// <param name="timeout">The time-out of a request from when it was due, in ticks of <see cref="Stopwatch"/>.</param>
internal sealed class Worker(IArrivals arrivals, IExchanger exchanger, Recorder recorder, bool streams, long timeout) : IValueTaskSource<Arrival?>
{
    private readonly StreamStamps stamps = new(streams, recorder);
    private readonly Lock gate = new();
    private ManualResetValueTaskSourceCore<Arrival?> next;
    private long deadline = long.MaxValue;

    /// <summary>Works until there is nothing to do.</summary>
    /// <param name="first">The first request, when it was already given.</param>
    public async Task RunAsync(Arrival? first)
    {
        using (exchanger)
        {
            var given = first ?? await arrivals.NextAsync(this);
            while (given is { } arrival)
            {
                await DoAsync(arrival);
                given = await arrivals.NextAsync(this);
            }
        }
    }

    /// <summary>Gives up the request that is under way if its time is over. Called from time to time, by any thread.</summary>
    public void Check(long now)
    {
        lock (gate)
        {
            if (now >= deadline)
            {
                deadline = long.MaxValue;
                exchanger.Abort();
            }
        }
    }

    /// <summary>A wait for <see cref="Give"/>.</summary>
    public ValueTask<Arrival?> Wait()
    {
        next.Reset();
        return new(this, next.Version);
    }

    /// <summary>Ends the wait: with a request, or with null to end.</summary>
    public void Give(Arrival? arrival) => next.SetResult(arrival);

    Arrival? IValueTaskSource<Arrival?>.GetResult(short token) => next.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Arrival?>.GetStatus(short token) => next.GetStatus(token);

    void IValueTaskSource<Arrival?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        next.OnCompleted(continuation, state, token, flags);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))] // Once for every request.
    private async ValueTask DoAsync(Arrival arrival)
    {
        stamps.Begin(arrival.Due, arrival.IsMeasured);
        var running = exchanger.RunAsync(arrival.Target, stamps);
        SetDeadline(arrival.Due + timeout); // After it began: an abort before would be forgotten.
        var exchange = await running;
        SetDeadline(long.MaxValue);
        if (arrival.IsMeasured)
        {
            recorder.Ended(exchange, Stopwatch.GetTimestamp() - arrival.Due);
        }
    }

    // An abort of the request before is over, or can no longer come, when this returns.
    private void SetDeadline(long time)
    {
        lock (gate)
        {
            deadline = time;
        }
    }
}
