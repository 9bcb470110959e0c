using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using Datahall.Control.Agents;
using Datahall.Fleet.Detection;
using Datahall.Fleet.Logs;
using Datahall.Fleet.PowerCaps;
using Datahall.Fleet.Readings;
using Datahall.Fleet.Runtimes;
using Datahall.Fleet.Sleeping;
using Datahall.Model;
using Microsoft.Extensions.Logging;

namespace Datahall.Fleet.Agents;

/// <summary>Runs one node's tasks as a control plane orders, and goes on running them while it is away.</summary>
/// <remarks>One run at a time. The agent's end, by cancellation or by a crash, leaves its tasks alive for the next run to take up.</remarks>
/// <param name="options">What the installation set.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where operators read.</param>
public sealed partial class Agent(AgentOptions options, TimeProvider time, ILogger<Agent> logger)
{
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    // Holds one word at most: something is to be said. A second one before the first is heard adds nothing.
    private readonly Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource leave = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource force = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly KernelLog kernel = new(options.KernelLog, time);
    private readonly PowerCapper capper = new(options.Sys, options.NvidiaSmi, options.DataDirectory);
    private TimeSpan retry = options.Retry;
    private TimeSpan heartbeat = TimeSpan.FromSeconds(1);
    private bool registered;
    private bool away;
    private bool leaveTaken;
    private long heard;

    /// <summary>The node's name.</summary>
    public string Node => options.Node;

    /// <summary>Reads the logs of this agent's tasks, also while it does not run.</summary>
    public TaskLogs Logs { get; } = new(options.DataDirectory, time);

    /// <summary>Runs until it is cancelled (tasks live on), has left in order, or is refused.</summary>
    /// <exception cref="ControlPlaneException">The control plane refused the agent for good.</exception>
    /// <exception cref="IOException">The data directory cannot be used, or another agent has it.</exception>
    public async Task RunAsync(IControlPlane controlPlane, CancellationToken cancellationToken)
    {
        try
        {
            using var directory = new AgentDirectory(options.DataDirectory);
            var capacity = options.Capacity ?? await NodeDetection.DetectAsync(options.DataDirectory, cancellationToken);
            var runtimeOptions = (options.Runtime ?? new() { DataDirectory = options.DataDirectory }) with { Devices = capacity.Devices };
            while (await RunSessionAsync(controlPlane, directory, runtimeOptions, capacity, cancellationToken) is SessionEnd.Slept)
            {
                registered = false; // Whoever wakes is another session: the one that said goodbye has ended.
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        finally
        {
            ended.TrySetResult();
        }
    }

    private async Task<SessionEnd> RunSessionAsync(
        IControlPlane controlPlane, AgentDirectory directory, ProcessRuntimeOptions runtimeOptions, NodeCapacity capacity, CancellationToken cancellationToken)
    {
        using var runtime = new ProcessRuntime(runtimeOptions, time, logger);
        var session = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().ToUnixTimeMilliseconds():x12}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        var run = new Session(session, controlPlane, directory, new(options.Node, session, runtime), new(new(Sys: options.Sys, Log: options.KernelLog), options.DataDirectory, capacity.Devices, time, options.NvidiaSmi), new()
        {
            Node = options.Node,
            Session = session,
            StoreIdentity = directory.StoreIdentity,
            Capacity = capacity,
            Labels = options.Labels,
            Address = options.Address ?? NodeDetection.Address(),
            Agent = options.Version,
            Limits = runtime.Limits,
            CanSleep = options.SleepCommand is not null,
            CapRange = options.AllowPowerCaps ? await capper.RangeAsync(cancellationToken) : null,
            Macs = options.SleepCommand is null ? [] : NodeDetection.Macs(),
        });
        LogStarted(options.Node, session, runtime.Limits);
        await AnyOf(
            [token => SuperviseAsync(run, runtimeOptions.Poll, token), token => ConnectAsync(run, token), token => KeepCapAsync(run, token), token => GiveUpAsync(run, token), token => force.Task.WaitAsync(token)],
            cancellationToken);
        if (!WantsToSleep(run))
        {
            return SessionEnd.Left;
        }

        await SleepAsync(run, cancellationToken);
        return leave.Task.IsCompleted ? SessionEnd.Left : SessionEnd.Slept;
    }

    // What was not allowed here is not done, whatever is ordered.
    private bool WantsToSleep(Session run) => run.Keeper.SleepWanted && options.SleepCommand is not null && !leave.Task.IsCompleted;

    /// <summary>Ends in order: says goodbye, and waits until the control plane's orders have stopped every task.</summary>
    /// <param name="cancellationToken">Ends the waiting at once (the second signal); tasks that still run live on.</param>
    public async Task<LeaveOutcome> LeaveAsync(CancellationToken cancellationToken)
    {
        leave.TrySetResult();
        Tell();
        try
        {
            await ended.Task.WaitAsync(options.LeaveTimeout, time, cancellationToken);
            return LeaveOutcome.Left;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            force.TrySetResult();
            await ended.Task;
            return LeaveOutcome.TasksLeft;
        }
    }

    /// <summary>Runs loops until the first has ended, ends the others, and passes on what ended the first.</summary>
    private static async Task AnyOf(Func<CancellationToken, Task>[] loops, CancellationToken cancellationToken)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = loops.Select(loop => loop(others.Token)).ToList();
        var first = await Task.WhenAny(running);
        await others.CancelAsync();
        await Task.WhenAll(running).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await first;
    }

    private void Tell() => this.news.Writer.TryWrite(true);

    private async Task SuperviseAsync(Session run, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (run.Keeper.Look())
            {
                Tell();
            }
        }
    }

    // Also while the control plane is away: what it last ordered holds.
    private async Task KeepCapAsync(Session run, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (known, wanted) = await run.Keeper.CapOrderAsync(options.CapInterval, time, cancellationToken);
            if (known && options.AllowPowerCaps)
            {
                SayCap(run, await capper.HoldAsync(wanted, cancellationToken));
            }
            else if (known)
            {
                SayCap(run, new(wanted, null, wanted is null ? null : "the power cap is not kept: this agent has no permission; start it with 'datahall agent --allow-power-caps'"));
            }
        }
    }

    private void SayCap(Session run, PowerCapStatus status)
    {
        if (run.Keeper.SayCap(status))
        {
            LogCap(options.Node, status.Wanted?.ToString() ?? "none", status.InForce?.ToString() ?? "none", status.Message ?? "as wanted");
            Tell();
        }
    }

    private async Task ConnectAsync(Session run, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (!registered)
                {
                    await RegisterAsync(run, cancellationToken);
                }

                await AnyOf(
                    [token => TakeOrdersAsync(run, token), token => ReportAsync(run, token), token => SendReadingsAsync(run, token), token => SayGoodbyeAsync(run, token)],
                    cancellationToken);
                if (WantsToSleep(run) || (leaveTaken && run.Keeper.IsIdle))
                {
                    return;
                }
            }
            catch (ControlPlaneException e) when (e.Failure is ControlPlaneFailure.Unavailable)
            {
                if (leaveTaken && run.Keeper.IsIdle)
                {
                    return; // It has left: nobody has orders for it any more.
                }

                if (!away)
                {
                    LogUnavailable(e.Message); // Once; that it is back is told by the registration or by what it orders.
                    away = true;
                }
            }

            await Task.Delay(retry, time, cancellationToken);
            retry = TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LongestRetry.Ticks));
        }
    }

    private async Task RegisterAsync(Session run, CancellationToken cancellationToken)
    {
        var answer = await run.ControlPlane.RegisterAsync(run.Registration with { StoreIdentity = run.Directory.StoreIdentity }, cancellationToken);
        if (run.Directory.StoreIdentity is { } known && known != answer.StoreIdentity)
        {
            throw new ControlPlaneException(
                $"the tasks under '{options.DataDirectory}' belong to the store {known}, and this control plane has the store {answer.StoreIdentity}: "
                + "point the agent at its own control plane, or give it a new data directory",
                ControlPlaneFailure.Refused);
        }

        run.Directory.StoreIdentity = answer.StoreIdentity;
        this.heartbeat = answer.Heartbeat.Milliseconds > 0 ? answer.Heartbeat.TimeSpan : this.heartbeat;
        run.Keeper.Registered();
        registered = true;
        LogRegistered(options.Node, answer.StoreIdentity);
    }

    private async Task TakeOrdersAsync(Session run, CancellationToken cancellationToken)
    {
        await foreach (var order in run.ControlPlane.OrdersAsync(options.Node, run.Id, cancellationToken))
        {
            if (order.Desired is { } desired)
            {
                run.Keeper.Take(desired);
                if (WantsToSleep(run))
                {
                    return;
                }

                Tell();
            }

            if (order.Log is { } log)
            {
                _ = AnswerLogAsync(run, log, cancellationToken);
            }
        }
    }

    private async Task AnswerLogAsync(Session run, LogRequest request, CancellationToken cancellationToken)
    {
        // A log that is followed is read until nobody wants it any more.
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            if (request.Task is LogRequest.Kernel && kernel.Fault() is { } fault)
            {
                await run.ControlPlane.DeclineLogAsync(request.Id, fault, cancellationToken);
                return;
            }

            await using var log = request.Task is LogRequest.Kernel ? kernel.Open(request, answered.Token) : Logs.Open(request, answered.Token);
            await run.ControlPlane.SendLogAsync(request.Id, log, cancellationToken);
        }
        catch (Exception e) when (e is ControlPlaneException or IOException or OperationCanceledException)
        {
            LogNotSent(request.Task, e.Message); // The reader has gone, or asks again.
        }
        finally
        {
            await answered.CancelAsync();
        }
    }

    /// <summary>Reports at every heartbeat and at once when there is news; ends when the control plane does not know the session, or has no more to do with it.</summary>
    private async Task ReportAsync(Session run, CancellationToken cancellationToken)
    {
        while (true)
        {
            var report = run.Keeper.Report();
            var answer = await run.ControlPlane.ReportAsync(report, cancellationToken);
            run.Keeper.Acknowledge(answer);
            Volatile.Write(ref heard, time.GetTimestamp());
            retry = options.Retry;
            away = false;
            // A node that has left is not known any more, and may hear so before it hears the answer to its goodbye. To register again
            // would bring it back, only to say goodbye once more.
            leaveTaken |= leave.Task.IsCompleted && !answer.Known && run.Keeper.IsIdle;
            if (leaveTaken && run.Keeper.IsIdle && (!answer.Known || report.Tasks is null or []))
            {
                return;
            }

            if (!answer.Known)
            {
                registered = false;
                return;
            }

            await NewsOrHeartbeat(cancellationToken);
        }
    }

    private async Task NewsOrHeartbeat(CancellationToken cancellationToken)
    {
        using var heartbeat = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var due = Task.Delay(this.heartbeat, time, heartbeat.Token);
        var news = this.news.Reader.WaitToReadAsync(heartbeat.Token).AsTask();
        if (await Task.WhenAny(due, news) == news)
        {
            await Task.Delay(Debounce, time, cancellationToken);
        }

        await heartbeat.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        this.news.Reader.TryRead(out _);
    }

    private async Task SendReadingsAsync(Session run, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.ReadingsInterval, time);
        do
        {
            var readings = await run.Readings.CollectAsync(options.Node, run.Keeper.Usage(), cancellationToken);
            await run.ControlPlane.SendReadingsAsync(readings, cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task SayGoodbyeAsync(Session run, CancellationToken cancellationToken)
    {
        await leave.Task.WaitAsync(cancellationToken);
        if (!leaveTaken)
        {
            await run.ControlPlane.LeaveAsync(options.Node, run.Id, LeaveReason.End, cancellationToken);
            leaveTaken = true;
            Tell();
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
    }

    /// <summary>Ends when a leaving agent has nothing to run, and the control plane no answer: the node's lease runs out without a goodbye.</summary>
    private async Task GiveUpAsync(Session run, CancellationToken cancellationToken)
    {
        await leave.Task.WaitAsync(cancellationToken);
        var asked = time.GetTimestamp();
        using var timer = new PeriodicTimer(options.GoodbyeTimeout / 10, time);
        while (!run.Keeper.IsIdle || time.GetElapsedTime(Math.Max(asked, Volatile.Read(ref heard))) < options.GoodbyeTimeout)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        LogGaveUp(options.Node, options.GoodbyeTimeout.TotalSeconds);
    }

    // The goodbye comes first: only once it was taken is nothing ordered here any more. When it was not, or its answer got lost, the next session tells.
    private async Task SleepAsync(Session run, CancellationToken cancellationToken)
    {
        try
        {
            await run.ControlPlane.LeaveAsync(options.Node, run.Id, LeaveReason.Sleep, cancellationToken);
        }
        catch (ControlPlaneException e)
        {
            LogNoSleep(options.Node, e.Message);
            return;
        }

        LogSleeps(options.Node, options.SleepCommand!);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sleeping = MachineSleep.RunAsync(options.SleepCommand!, options.Node, time, stop.Token);
        if (await Task.WhenAny(sleeping, leave.Task) != sleeping)
        {
            await stop.CancelAsync(); // Somebody ends the agent; the command goes on by itself.
        }
        else if (await sleeping is { } problem)
        {
            LogNoSleep(options.Node, problem);
        }
    }

    [LoggerMessage(2008, LogLevel.Information, "Power cap of node {Node}: wanted {Wanted}, in force {InForce}; {Message}")]
    private partial void LogCap(string node, string wanted, string inForce, string message);

    [LoggerMessage(2006, LogLevel.Information, "Node {Node} goes to sleep: {Command}")]
    private partial void LogSleeps(string node, string command);

    [LoggerMessage(2007, LogLevel.Warning, "Node {Node} stays awake: {Reason}")]
    private partial void LogNoSleep(string node, string reason);

    private enum SessionEnd
    {
        Left,
        Slept,
    }

    [LoggerMessage(2001, LogLevel.Information, "Agent of node {Node} starts session {Session}; limits: {Limits}")]
    private partial void LogStarted(string node, string session, string limits);

    [LoggerMessage(2002, LogLevel.Information, "Node {Node} is registered with store {Store}")]
    private partial void LogRegistered(string node, string store);

    [LoggerMessage(2003, LogLevel.Warning, "The control plane does not answer ({Reason}); tasks run on, and the agent keeps trying")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(2004, LogLevel.Debug, "The log of task {Task} was not sent to its end: {Reason}")]
    private partial void LogNotSent(string task, string reason);

    [LoggerMessage(2005, LogLevel.Warning, "Node {Node} leaves without a goodbye: the control plane has not answered for {Seconds} s; nothing runs here, and the node will be lost")]
    private partial void LogGaveUp(string node, double seconds);

    private sealed record Session(
        string Id, IControlPlane ControlPlane, AgentDirectory Directory, AttemptKeeper Keeper, ReadingsCollector Readings, Registration Registration);
}
