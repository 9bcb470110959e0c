using System.Diagnostics;

namespace Datahall.Cli.Bench.Load;

/// <summary>Makes a load and measures.</summary>
/// <param name="plan">The load.</param>
/// <param name="progress">Is told once a second how it stands: seconds since the start, and the counts.</param>
internal sealed class LoadRun(LoadPlan plan, Action<double, Recorder>? progress = null)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly Recorder recorder = new();
    private readonly Lock gate = new();
    private readonly List<Worker> workers = [];
    private readonly List<Task> running = [];
    private (TimeSpan Start, TimeSpan End) processorTime;

    /// <summary>Runs it to the end: the last request has ended or timed out.</summary>
    /// <param name="cancellationToken">Makes no more requests; those that are due are done, and the report tells what there was.</param>
    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        var window = Window.From(Stopwatch.GetTimestamp(), plan.WarmUp, plan.Duration);
        using var ended = new CancellationTokenSource();
        var watch = WatchAsync(window, ended.Token);
        var targets = new WeightedCycle(plan.Weights);
        await (plan.Rate is { } rate ? OpenAsync(rate, window, targets, cancellationToken) : ClosedAsync(window, targets, cancellationToken));
        var stopped = cancellationToken.IsCancellationRequested ? Math.Min(Stopwatch.GetTimestamp(), window.End) : window.End;
        await ended.CancelAsync();
        await watch;
        var seconds = Math.Max(0, Stopwatch.GetElapsedTime(window.Measured, stopped).TotalSeconds);
        var cores = seconds > 0 ? (processorTime.End - processorTime.Start).TotalSeconds / seconds : 0;
        return new(plan, seconds, recorder, workers.Count, cores, Environment.ProcessorCount);
    }

    private async Task ClosedAsync(Window window, WeightedCycle targets, CancellationToken cancellationToken)
    {
        var loop = new ClosedLoop(window, targets, recorder, cancellationToken);
        for (var i = 0; i < plan.Connections; i++)
        {
            Start(loop, null);
        }

        await AllAsync();
    }

    private async Task OpenAsync(double rate, Window window, WeightedCycle targets, CancellationToken cancellationToken)
    {
        OpenLoop? loop = null;
        loop = new(plan.Connections, Window.Ticks(plan.Timeout.TotalSeconds), recorder, arrival => Start(loop!, arrival));
        var schedule = new ArrivalSchedule(plan.Arrivals, rate, new(plan.Seed));
        await Task.Factory.StartNew(
            () => Pace(loop, schedule, window, targets, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning, // A thread of its own: it sleeps.
            TaskScheduler.Default);
        loop.End();
        await AllAsync();
    }

    private static void Pace(OpenLoop loop, ArrivalSchedule schedule, Window window, WeightedCycle targets, CancellationToken cancellationToken)
    {
        Pacer.Begin();
        for (var due = Next(); due < window.End && Pacer.WaitUntil(due, cancellationToken); due = Next())
        {
            loop.Offer(new(due, targets.Next(), window.Measures(due)));
        }

        long Next() => window.Start + Window.Ticks(schedule.Next());
    }

    private void Start(IArrivals arrivals, Arrival? first)
    {
        var worker = new Worker(arrivals, plan.Open(), recorder, plan.Streams, Window.Ticks(plan.Timeout.TotalSeconds));
        lock (gate)
        {
            workers.Add(worker);
        }

        var task = worker.RunAsync(first);
        lock (gate)
        {
            running.Add(task);
        }
    }

    private Task AllAsync()
    {
        lock (gate)
        {
            return Task.WhenAll(running);
        }
    }

    /// <summary>Ends what takes too long, and tells how it stands.</summary>
    private async Task WatchAsync(Window window, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Look);
        var told = 0L;
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                var now = Stopwatch.GetTimestamp();
                Check(now);
                TakeProcessorTime(window, now);
                if ((long)Stopwatch.GetElapsedTime(window.Start, now).TotalSeconds is var seconds && seconds > told)
                {
                    told = seconds;
                    progress?.Invoke(seconds, recorder);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private void TakeProcessorTime(Window window, long now)
    {
        var used = Environment.CpuUsage.TotalTime;
        if (now < window.Measured || processorTime.Start == TimeSpan.Zero)
        {
            processorTime.Start = used;
        }

        if (now <= window.End)
        {
            processorTime.End = used;
        }
    }

    private void Check(long now)
    {
        Worker[] all;
        lock (gate)
        {
            all = [.. workers];
        }

        foreach (var worker in all)
        {
            worker.Check(now);
        }
    }
}
