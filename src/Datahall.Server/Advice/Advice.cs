using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Optimization.Batch;
using Datahall.Optimization.Rebalancing;
using Datahall.Scheduling.Batch;
using Datahall.Server.Energy;
using Datahall.Server.Loop;

namespace Datahall.Server.Advice;

/// <summary>Asks the core for its problem, thinks about it beside the loop, and hands back what came of it.</summary>
internal sealed class Advice(ControlLoop loop, CoreOptions core, AdvisorOptions options, AdvisorMetrics metrics, EnergyMeter meter, SolverThread thread, TimeProvider time)
{
    /// <summary>The plan for what waits now.</summary>
    /// <param name="fewestTasks">The fewest waiting tasks that a solver is asked about.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <exception cref="StoreUnavailableException">The core cannot be asked now.</exception>
    public async Task<BatchResult> PlaceAsync(int fewestTasks, CancellationToken cancellationToken)
    {
        var problem = await loop.AskAsync(static core => core.Problem, cancellationToken);
        var solve = new BatchOptions { Policy = core.Policy, FewestTasks = fewestTasks, MostTime = options.MostTime };
        return await ThinkAsync(() => new BatchPlacement(time).Solve(problem, solve), cancellationToken);
    }

    /// <summary>The moves that would join free room together, or save power, now.</summary>
    /// <param name="goal">Which of the two.</param>
    /// <param name="mostMoves">The most moves; null: what the profile <c>default</c> says, or 4.</param>
    /// <param name="cancellationToken">Stops waiting for them.</param>
    /// <exception cref="StoreUnavailableException">The core cannot be asked now.</exception>
    public async Task<(PlacementProblem Problem, IReadOnlyList<PlannedMove> Moves)> MovesAsync(RebalancingGoal goal, int? mostMoves, CancellationToken cancellationToken)
    {
        var (problem, spec) = await loop.AskAsync(static core => (core.Problem, SpecOf(core)), cancellationToken);
        var rebalance = new RebalanceOptions { Policy = core.Policy, MostMoves = mostMoves ?? spec?.MaxMoves ?? 4 };
        return (problem, await ThinkAsync(() => goal is RebalancingGoal.Energy ? EnergyMovesOf(problem, rebalance) : RebalanceProposal.Make(problem, rebalance), cancellationToken));
    }

    /// <summary>How moves are to be looked for; null for never.</summary>
    public async Task<RebalancingSpec?> RebalancingAsync(CancellationToken cancellationToken) =>
        await loop.AskAsync(SpecOf, cancellationToken) is { Interval.Milliseconds: > 0 } spec ? spec : null;

    /// <summary>Proposes a plan's places.</summary>
    public Task<Considered> ProposeAsync(BatchResult result, CancellationToken cancellationToken) => ProposeAsync(
        new Propose(result.Revision, [.. result.Best.Admitted.SelectMany(a => a.Places).Select(p => new ProposedPlace(p.Task, p.Node, p.Devices))], []), cancellationToken);

    /// <summary>Proposes moves.</summary>
    public Task<Considered> ProposeAsync(long revision, RebalancingGoal goal, IReadOnlyList<PlannedMove> moves, CancellationToken cancellationToken) =>
        ProposeAsync(new Propose(revision, [], [.. moves.Select(m => new ProposedPlace(m.Task, m.To, m.Devices))]) { Goal = goal }, cancellationToken);

    // Each site by its model as last settled; none before the first look, or without a plant.
    private List<PlannedMove> EnergyMovesOf(PlacementProblem problem, RebalanceOptions options) =>
    [
        .. (meter.Latest?.Sites ?? []).Where(static site => site.Point is not null)
            .SelectMany(site => EnergyMoves.Make(problem, site.Point!.Copy(), site.BlockOf, options))
            .OrderByDescending(static move => move.Gain).Take(options.MostMoves),
    ];

    private async Task<Considered> ProposeAsync(Propose proposal, CancellationToken cancellationToken)
    {
        var considered = (Considered)await loop.SubmitAsync(proposal, cancellationToken);
        metrics.Proposed(considered.Taken, considered.Dropped);
        return considered;
    }

    private async Task<T> ThinkAsync<T>(Func<T> think, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var answer = await thread.RunAsync(think, cancellationToken);
        metrics.Solved(time.GetElapsedTime(started));
        return answer;
    }

    private static RebalancingSpec? SpecOf(ControlCore core) =>
        (core.Find(new(ResourceKinds.SchedulerProfile, SchedulerProfile.Default)) as SchedulerProfile)?.Spec.Rebalancing;
}
