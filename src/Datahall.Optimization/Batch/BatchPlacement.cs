using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Optimization.Batch;

/// <summary>Places a batch of waiting gangs against the free room as a whole.</summary>
/// <remarks>
/// No gang that the greedy plan starts is left out; beyond those, as many as possible start, higher priorities before lower ones, then those with the most demand, and
/// what is left is kept whole. Pure but for the clock, which only measures and caps. The OR-Tools library is loaded by the first batch that needs it. See
/// docs/scheduling/optimisation.md. Safe for concurrent use.
/// </remarks>
public sealed class BatchPlacement(TimeProvider time)
{
    /// <summary>Thinks about a batch.</summary>
    /// <param name="problem">What waits and what is free.</param>
    /// <param name="options">How much thought it is worth.</param>
    /// <exception cref="ArgumentException">The options name a policy that does not exist.</exception>
    /// <exception cref="DllNotFoundException">A solver is needed, and OR-Tools has none for this machine.</exception>
    public BatchResult Solve(PlacementProblem problem, BatchOptions options)
    {
        var started = time.GetTimestamp();
        var policy = PlacementPolicies.Find(options.Policy);
        var shapes = new List<PlacementRequest>();
        var groups = GangGroup.Make(problem.Waiting, shapes, options.MostGangs);
        var draft = new PlanDraft(problem, groups, policy);
        var greedy = draft.Finish();
        var candidates = CandidatesOf(problem, groups, shapes, draft);
        var tasks = candidates.Sum(g => g.Gangs.Count * g.First.Tasks.Count);
        if (greedy.Refused.Count == 0 || tasks < options.FewestTasks || candidates.All(g => g.Gangs.All(draft.Has)))
        {
            return new(problem.Revision, greedy, greedy, BatchSolver.Greedy, false, time.GetElapsedTime(started));
        }

        var batch = BatchModel.Build(problem, shapes, candidates, draft.Admitted, options.MostFillings);
        var (solver, solution) = Solve(batch, options, options.MostTime - time.GetElapsedTime(started));
        var plan = solution is null ? null : new PlanMaker(batch, groups, policy).Make(solution);
        return plan is null || plan.Score.CompareTo(greedy.Score) <= 0
            ? new(problem.Revision, greedy, greedy, BatchSolver.Greedy, solution?.IsProven ?? false, time.GetElapsedTime(started))
            : new(problem.Revision, greedy, plan, solver, solution!.IsProven, time.GetElapsedTime(started));
    }

    private static (BatchSolver Solver, BatchSolution? Solution) Solve(BatchModel batch, BatchOptions options, TimeSpan left)
    {
        left = left < TimeSpan.FromMilliseconds(100) ? TimeSpan.FromMilliseconds(100) : left;
        return batch.Fillings.Count <= options.MostExactFillings
            ? (BatchSolver.CpSat, new ExactSolver(batch, options.WorkSeconds, left).Solve())
            : (BatchSolver.LinearProgram, new RelaxedSolver(batch, left).Solve());
    }

    // Most of what waits has too little room however cleverly it is packed; that is known without a solver.
    private static List<GangGroup> CandidatesOf(PlacementProblem problem, IReadOnlyList<GangGroup> groups, List<PlacementRequest> shapes, PlanDraft greedy)
    {
        var empty = problem.ToCluster();
        var allowance = new QueueAllowance(problem.Queues);
        var room = new Dictionary<int, long>();
        return [.. groups.Where(g => greedy.Has(g.Gangs[0]) || (allowance.Refuse(g.First.Line, g.Demand) is null && g.Needs.Index().All(n => n.Item == 0 || RoomFor(n.Index) >= n.Item)))];

        long RoomFor(int shape) => room.TryGetValue(shape, out var known) ? known : room[shape] = empty.CopiesOf(shapes[shape]);
    }
}
