using System.Threading.Channels;
using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Planning;
using Datahall.Control.Store;
using Datahall.Server.Agents;
using Datahall.Server.Resources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Loop;

/// <summary>The one owner of the core: steps it with what is queued, commits, and only then lets answers and orders out.</summary>
/// <remarks>
/// Whatever is queued becomes one step and one commit, so the store's sync is paid once for all who wait. A commit that fails
/// is undone in the core and told to those who wait; the loop goes on. Safe for concurrent callers.
/// </remarks>
internal sealed partial class ControlLoop(
    IResourceStore store,
    CoreSource source,
    ResourceCache cache,
    OrderBoard orders,
    LoopClock clock,
    TimeProvider time,
    DatahallControlMetrics metrics,
    ILogger<ControlLoop> logger) : BackgroundService
{
    private const int QueueCapacity = 16_384;
    private const int MaxInputsPerStep = 4_096;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // Full mode: wait. A burst above the capacity slows its senders down instead of growing memory.
    private readonly Channel<LoopWork> queue = Channel.CreateBounded<LoopWork>(
        new BoundedChannelOptions(QueueCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly TaskCompletionSource<string> fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<InputWork> inputs = [];
    private readonly List<QueryWork> queries = [];
    private ControlCore? core;
    private Task<bool>? readable;
    private bool storeFailed;
    private long stepBegan;

    /// <summary>Whether the core runs.</summary>
    public bool IsReady => core is not null && !queue.Reader.Completion.IsCompleted;

    /// <summary>For how long the core has been at the step that it is taking; zero between steps.</summary>
    public TimeSpan StepTime => Volatile.Read(ref stepBegan) is var began && began == 0 ? TimeSpan.Zero : time.GetElapsedTime(began);

    /// <summary>Completes, with the reason, when the loop cannot go on and the host has to stop.</summary>
    public Task<string> Fatal => fatal.Task;

    /// <summary>Builds the core; called once, before the host starts.</summary>
    /// <exception cref="IOException">The store could not be read.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken) => core = await source.OpenAsync(cancellationToken);

    /// <summary>Has the core decide about an input.</summary>
    /// <returns>The outcome, once what was decided is durable.</returns>
    /// <exception cref="StoreUnavailableException">It could not be made durable, and was not kept.</exception>
    /// <exception cref="CoreFaultException">The core failed at it, and it was not kept.</exception>
    public async Task<Outcome> SubmitAsync(Input input, CancellationToken cancellationToken)
    {
        var work = new InputWork(input);
        await EnqueueAsync(work, cancellationToken);
        return await work.Answer.WaitAsync(cancellationToken);
    }

    /// <summary>Asks the core, between two steps.</summary>
    public Task<T> AskAsync<T>(Func<ControlCore, T> query, CancellationToken cancellationToken) =>
        AskAsync((core, _) => query(core), cancellationToken);

    /// <summary>Says what an apply would do, without doing it.</summary>
    public Task<ApplyPlan> PlanAsync(Control.Inputs.Apply input, CancellationToken cancellationToken) =>
        AskAsync((core, now) => core.Plan(input, now), cancellationToken);

    /// <summary>Everything that the core decides from now, to decide the same elsewhere.</summary>
    public Task<CoreSnapshot> SnapshotAsync(CancellationToken cancellationToken) =>
        AskAsync(static (core, now) => core.Snapshot(now), cancellationToken);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested && !fatal.Task.IsCompleted)
            {
                Drain();
                await StepAsync(inputs);
                RunQueries();
                await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what is queued is answered below.
        }
        catch (Exception e) // Without its loop the control plane is none: whoever started it hears of it.
        {
            fatal.TrySetResult($"the loop of the control core failed: {e.Message}");
            throw;
        }
        finally
        {
            FailQueued(new StoreUnavailableException("the control plane is stopping: try again when it is back"));
        }
    }

    private async Task<T> AskAsync<T>(Func<ControlCore, DateTimeOffset, T> query, CancellationToken cancellationToken)
    {
        var work = new QueryWork<T>(query);
        await EnqueueAsync(work, cancellationToken);
        return await work.Answer.WaitAsync(cancellationToken);
    }

    private async ValueTask EnqueueAsync(LoopWork work, CancellationToken cancellationToken)
    {
        try
        {
            await queue.Writer.WriteAsync(work, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new StoreUnavailableException("the control plane is stopping: try again when it is back", e);
        }
    }

    private void Drain()
    {
        inputs.Clear();
        queries.Clear();
        while (inputs.Count < MaxInputsPerStep && queries.Count < MaxInputsPerStep && queue.Reader.TryRead(out var work))
        {
            if (work is InputWork input)
            {
                inputs.Add(input);
            }
            else
            {
                queries.Add((QueryWork)work);
            }
        }
    }

    // Waits for work, but no longer than the core's next due time or a second: time passing is an input of its own.
    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        readable ??= queue.Reader.WaitToReadAsync(stoppingToken).AsTask();
        if (!readable.IsCompleted)
        {
            using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(readable, Task.Delay(NextTick(), time, stopWaiting.Token));
            await stopWaiting.CancelAsync();
        }

        if (readable.IsCompleted)
        {
            await readable;
            readable = null;
        }
    }

    private TimeSpan NextTick()
    {
        // A store that fails is tried again once a second, not as fast as the disk can refuse.
        if (storeFailed || core?.Due is not { } due)
        {
            return Tick;
        }

        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((due - clock.Now).TotalMilliseconds));
        return wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait < Tick ? wait : Tick;
    }

    private async Task StepAsync(List<InputWork> works)
    {
        if (!await HasCoreAsync(works))
        {
            return;
        }

        var started = time.GetTimestamp();
        Volatile.Write(ref stepBegan, started);
        Step step;
        try
        {
            step = core!.Step([.. works.Select(work => work.Input)], clock.Now);
        }
        catch (Exception e) // A bug in the core. The store is whole: a core rebuilt from it is too.
        {
            await RecoverAsync(works, e);
            return;
        }
        finally
        {
            Volatile.Write(ref stepBegan, 0);
        }

        metrics.Stepped(time.GetElapsedTime(started), works.Count);
        if (step.Batch is null || await CommitAsync(step, step.Batch, works))
        {
            Release(step, works);
        }
    }

    private async Task<bool> CommitAsync(Step step, WriteBatch batch, List<InputWork> works)
    {
        var started = time.GetTimestamp();
        WriteConflict? conflict;
        try
        {
            // Not cancelled by a stop: a commit under way is waited for, so that every answer given is true.
            conflict = await store.WriteAsync(batch, CancellationToken.None);
        }
        catch (IOException e) // Nothing was written: the core goes back to what the store holds, and the next step tries again.
        {
            core!.Undo(step);
            StoreRefused(works, e);
            return false;
        }
        catch (Exception e) // Nobody knows whether it was written: only the store does.
        {
            await RecoverAsync(works, e);
            return false;
        }

        if (conflict is not null)
        {
            StopForConflict(conflict, works);
            return false;
        }

        metrics.Committed(time.GetElapsedTime(started));
        if (storeFailed)
        {
            storeFailed = false;
            LogStoreBack();
        }

        cache.Publish(batch);
        return true;
    }

    private void Release(Step step, List<InputWork> works)
    {
        foreach (var node in step.Nodes)
        {
            if (orders.HasStream(node))
            {
                orders.Publish(node, core!.DesiredFor(node));
            }
        }

        for (var i = 0; i < works.Count; i++)
        {
            works[i].Complete(step.Outcomes[i]);
        }
    }

    private void RunQueries()
    {
        foreach (var query in queries)
        {
            if (core is null)
            {
                query.Fail(new StoreUnavailableException("the store cannot be read now: try again"));
                continue;
            }

            try
            {
                query.Run(core, clock.Now);
            }
            catch (Exception e) // A bug in the core, which may have left it half changed: it is rebuilt before the next step.
            {
                LogQueryFault(e);
                query.Fail(new CoreFaultException("the control core failed at this question; the server's log has the cause", e));
                core = null;
            }
        }
    }
}
