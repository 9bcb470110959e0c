using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Optimization.Batch;
using Datahall.Server.Loop;
using Datahall.Server.Resources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Advice;

/// <summary>Thinks beside the loop about what waits and about what could move, and proposes it to the core.</summary>
/// <remarks>It looks only when something changed and tasks wait, and ever more seldom while the core drops what it proposes. A store that fails changes nothing, so nothing is thought about then.</remarks>
internal sealed partial class SchedulingAdvisor(
    Advice advice, ResourceCache cache, AdvisorOptions options, TimeProvider time, ILogger<SchedulingAdvisor> logger) : BackgroundService
{
    private long lookedAt = -1;
    private TimeSpan pause = options.Interval;
    private long lastLook = time.GetTimestamp();
    private long lastMoves = time.GetTimestamp();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; a thought under way ends unheard.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PlaceAsync(cancellationToken);
            await MoveAsync(cancellationToken);
        }
        catch (StoreUnavailableException e) // What was proposed is not kept; the next look starts from what the store holds.
        {
            LogStore(e.Message);
        }
        catch (DllNotFoundException e) // OR-Tools has no library for this machine: placement goes on without advice.
        {
            pause = options.LongestInterval;
            LogNoSolver(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException) // A bug in slow thinking must not take the server down: the core places without it.
        {
            pause = options.LongestInterval;
            LogFault(e);
        }
    }

    private async Task PlaceAsync(CancellationToken cancellationToken)
    {
        var revision = cache.Revision;
        if (cache.PendingTasks == 0 || revision == lookedAt || time.GetElapsedTime(lastLook) < pause)
        {
            return;
        }

        (lookedAt, lastLook) = (revision, time.GetTimestamp());
        var result = await advice.PlaceAsync(options.FewestTasks, cancellationToken);
        LogSolved(result.Solver, result.Elapsed.TotalSeconds, result.Greedy.Admitted.Count, result.Best.Admitted.Count);
        if (!result.IsBetter)
        {
            pause = options.Interval;
            return;
        }

        var considered = await advice.ProposeAsync(result, cancellationToken);
        LogProposed(considered.Taken, considered.Dropped, result.Solver);
        Pace(considered);
    }

    private void Pace(Considered considered) => pause = considered.Taken > 0 ? options.Interval
        : pause * 2 < options.LongestInterval ? pause * 2 : options.LongestInterval;

    private async Task MoveAsync(CancellationToken cancellationToken)
    {
        if (await advice.RebalancingAsync(cancellationToken) is not { } spec || time.GetElapsedTime(lastMoves) < spec.Interval.TimeSpan)
        {
            return;
        }

        lastMoves = time.GetTimestamp();
        foreach (var goal in spec.Goal is RebalancingGoal.Both ? (RebalancingGoal[])[RebalancingGoal.Room, RebalancingGoal.Energy] : [spec.Goal])
        {
            var (problem, moves) = await advice.MovesAsync(goal, null, cancellationToken);
            if (moves.Count > 0)
            {
                var considered = await advice.ProposeAsync(problem.Revision, goal, moves, cancellationToken);
                LogMoves(considered.Taken, goal, considered.Dropped);
            }
        }
    }

    [LoggerMessage(3201, LogLevel.Debug, "Thought about what waits with {Solver} for {Seconds} s: {Greedy} gangs start one after the other, {Best} as a whole")]
    private partial void LogSolved(BatchSolver solver, double seconds, int greedy, int best);

    [LoggerMessage(3202, LogLevel.Information, "The core took {Taken} gangs of a plan by {Solver} and dropped {Dropped}")]
    private partial void LogProposed(int taken, int dropped, BatchSolver solver);

    [LoggerMessage(3203, LogLevel.Information, "The core took {Taken} moves for {Goal} and dropped {Dropped}")]
    private partial void LogMoves(int taken, RebalancingGoal goal, int dropped);

    [LoggerMessage(3204, LogLevel.Debug, "No advice while the store fails: {Reason}")]
    private partial void LogStore(string reason);

    [LoggerMessage(3205, LogLevel.Warning, "Batches are placed one gang after the other: OR-Tools cannot be loaded on this machine ({Reason})")]
    private partial void LogNoSolver(string reason);

    [LoggerMessage(3206, LogLevel.Error, "Thinking about what waits failed; placement goes on without it")]
    private partial void LogFault(Exception cause);
}
