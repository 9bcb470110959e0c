using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Rebalancing;
using Movable = Datahall.Scheduling.Batch.MovableTask;

namespace Datahall.Optimization.Rebalancing;

/// <summary>Looks for moves of running tasks that join free room together, within what the owners and the lost work allow.</summary>
/// <remarks>
/// The moves are independent: none needs room that another one frees, so they can be taken all at once and in any part. A move must win more than it costs: the room
/// it joins together, over <see cref="RebalanceOptions.Horizon"/>, against the work it throws away. Pure.
/// </remarks>
public static class RebalanceProposal
{
    /// <summary>The moves that win most, best first.</summary>
    /// <exception cref="ArgumentException">The options name a policy that does not exist.</exception>
    public static IReadOnlyList<PlannedMove> Make(PlacementProblem problem, RebalanceOptions options)
    {
        var cluster = problem.ToCluster();
        foreach (var request in problem.Waiting.SelectMany(g => g.Tasks).Select(t => t.Request).Concat(problem.Movable.Select(t => t.Request)))
        {
            cluster.Mix.Add(request); // What is expected to come is measured by what there is.
        }

        var rebalancer = new Rebalancer(options.Policy);
        var byName = problem.Movable.ToDictionary(t => t.Name, StringComparer.Ordinal);
        var (moves, away, lost) = (new List<PlannedMove>(), new Dictionary<string, int>(StringComparer.Ordinal), 0.0);
        while (moves.Count < options.MostMoves)
        {
            var allowed = byName.Values.Where(t => away.GetValueOrDefault(t.Owner) < t.OwnerBudget && lost + t.WorkLost <= options.MostWorkLost)
                .OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => Of(t, options.Horizon)).ToList();
            if (rebalancer.Propose(cluster, allowed, 1) is not [var move])
            {
                break;
            }

            // The place that it leaves stays taken here, so that no other move counts on it.
            var task = byName[move.Task];
            cluster.Take(task.Holding with { Node = move.To, Devices = move.Devices, Port = 0 });
            byName.Remove(move.Task);
            away[task.Owner] = away.GetValueOrDefault(task.Owner) + 1;
            lost += task.WorkLost;
            moves.Add(new(move.Task, move.From, move.To, move.Devices, move.Gain / 1000, task.WorkLost));
        }

        return moves;
    }

    private static Datahall.Scheduling.Rebalancing.MovableTask Of(Movable task, TimeSpan horizon) =>
        new(task.Name, task.Request, task.Holding, 1000 * task.WorkLost / horizon.TotalSeconds);
}

/// <summary>What moves may cost.</summary>
public sealed record RebalanceOptions
{
    /// <summary>The installation's placement policy, whose measure of free room is used. Default <c>best-fit</c>, which has none: foresight's then.</summary>
    public string Policy { get; init; } = "best-fit";

    /// <summary>The most moves. Default 4.</summary>
    public int MostMoves { get; init; } = 4;

    /// <summary>The most work that all moves together may throw away, in device-seconds. Default 3,600: one device for an hour.</summary>
    public double MostWorkLost { get; init; } = 3_600;

    /// <summary>How long room that was joined together is taken to be of use. Default 1 h.</summary>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>A running task that should run elsewhere.</summary>
/// <param name="Task">The task.</param>
/// <param name="From">The node that it leaves.</param>
/// <param name="To">The node that it goes to.</param>
/// <param name="Devices">The devices' indexes there.</param>
/// <param name="Gain">What it wins: free room that is joined together, in devices, or power of the whole facility, in watts.</param>
/// <param name="WorkLost">What is thrown away, in device-seconds.</param>
public sealed record PlannedMove(string Task, string From, string To, IReadOnlyList<int> Devices, double Gain, double WorkLost);
