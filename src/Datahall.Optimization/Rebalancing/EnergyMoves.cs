using Datahall.Energy.Prices;
using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Policies;

namespace Datahall.Optimization.Rebalancing;

/// <summary>Looks for moves of running tasks after which the whole facility draws less.</summary>
/// <remarks>
/// Placement by price is greedy: what came early stands where it was cheap then. Each round asks, for each kind of task in each block of servers, the cheapest nodes
/// where it fits, settles the facility for the most promising pairs, and takes the move that saves most. A move must save more energy over
/// <see cref="RebalanceOptions.Horizon"/> than the work that it throws away has drawn. Independent of each other, as <see cref="RebalanceProposal"/>'s. Pure.
/// </remarks>
public static class EnergyMoves
{
    // So many of the cheapest nodes are tried for each kind of task, and so many pairs are settled in a round.
    private const int Targets = 8;
    private const int Pairs = 96;

    // Of what is moved: below this a saving is lost in what the model does not know.
    private const double LeastShare = 0.02;

    /// <summary>The moves that save most, best first; <see cref="PlannedMove.Gain"/> is in watts.</summary>
    /// <param name="problem">The nodes, what is held of them, and what may move.</param>
    /// <param name="point">The facility under its present loads; the moves are added to it.</param>
    /// <param name="blockOf">The block of servers of each node; nodes that it lacks are left alone.</param>
    /// <param name="options">What moves may cost.</param>
    public static IReadOnlyList<PlannedMove> Make(PlacementProblem problem, OperatingPoint point, IReadOnlyDictionary<string, int> blockOf, RebalanceOptions options)
    {
        var search = new Search(problem, point, blockOf, options);
        var moves = new List<PlannedMove>();
        while (moves.Count < options.MostMoves && search.Next() is { } move)
        {
            moves.Add(move);
        }

        return moves;
    }

    private sealed class Search(PlacementProblem problem, OperatingPoint point, IReadOnlyDictionary<string, int> blockOf, RebalanceOptions options)
    {
        private readonly ClusterState cluster = problem.ToCluster();
        private readonly IPlacementPolicy policy = PlacementPolicies.Find("energy");
        private readonly List<MovableTask> left = [.. problem.Movable.Where(task => blockOf.ContainsKey(task.Holding.Node)).OrderBy(static task => task.Name, StringComparer.Ordinal)];
        private readonly Dictionary<string, int> away = new(StringComparer.Ordinal);
        private readonly double[] prices = new double[blockOf.Count > 0 ? blockOf.Values.Max() + 1 : 0];
        private double lost;

        public PlannedMove? Next()
        {
            var pairs = new List<(MovableTask Task, Choice To, double Estimate)>();
            foreach (var kind in Kinds())
            {
                Price(kind.Request.ExpectedWatts);
                pairs.AddRange(TargetsOf(kind));
            }

            var best = pairs.OrderByDescending(static pair => pair.Estimate).ThenBy(static pair => pair.Task.Name, StringComparer.Ordinal).Take(Pairs)
                .Select(pair => (pair.Task, pair.To, Saving: SavingOf(pair.Task, pair.To)))
                .Where(pair => pair.Saving >= LeastShare * pair.Task.Request.ExpectedWatts && pair.Saving * options.Horizon.TotalSeconds > Wasted(pair.Task))
                .OrderByDescending(static pair => pair.Saving).FirstOrDefault();
            return best.Task is null ? null : Take(best.Task, best.To, best.Saving);
        }

        // Of alike tasks in one block the one that loses least; ties by name.
        private List<MovableTask> Kinds() => left
            .Where(task => away.GetValueOrDefault(task.Owner) < task.OwnerBudget && lost + task.WorkLost <= options.MostWorkLost)
            .GroupBy(task => (blockOf[task.Holding.Node], task.Request))
            .Select(static group => group.MinBy(static task => task.WorkLost)!).ToList();

        private void Price(double watts)
        {
            var all = new double[point.Blocks];
            point.Prices(watts, all);
            all.AsSpan(0, prices.Length).CopyTo(prices);
            foreach (var (node, block) in blockOf)
            {
                cluster.SetEnergyPrice(node, prices[block]);
            }
        }

        private IEnumerable<(MovableTask Task, Choice To, double Estimate)> TargetsOf(MovableTask task)
        {
            var from = blockOf[task.Holding.Node];
            var passed = new List<string>();
            while (passed.Count < Targets && policy.Choose(cluster, task.Request, 0) is { } to
                && blockOf.TryGetValue(cluster.Offer(to.Slot).Name, out var block) && prices[block] < double.PositiveInfinity)
            {
                if (block != from)
                {
                    yield return (task, to, (prices[from] - prices[block]) * task.Request.ExpectedWatts);
                }

                // The next best block: the nodes of this one are dear while it is looked for.
                var dear = blockOf.Where(node => node.Value == block).Select(static node => node.Key).ToList();
                if (passed.Contains(dear[0]))
                {
                    break;
                }

                passed.AddRange(dear);
                dear.ForEach(node => cluster.SetEnergyPrice(node, double.MaxValue));
            }

            foreach (var node in passed)
            {
                cluster.SetEnergyPrice(node, prices[blockOf[node]]);
            }
        }

        private double SavingOf(MovableTask task, Choice to) =>
            point.Saving(blockOf[task.Holding.Node], blockOf[cluster.Offer(to.Slot).Name], task.Request.ExpectedWatts);

        // The energy of the work that is done again.
        private static double Wasted(MovableTask task) => task.WorkLost * task.Request.ExpectedWatts / Math.Max(1, task.Request.Devices);

        private PlannedMove Take(MovableTask task, Choice to, double saving)
        {
            var node = cluster.Offer(to.Slot).Name;
            point.Add(blockOf[task.Holding.Node], -task.Request.ExpectedWatts);
            point.Add(blockOf[node], task.Request.ExpectedWatts);

            // The place that it leaves stays taken, so that no other move counts on it.
            cluster.Take(task.Holding with { Node = node, Devices = to.Devices, Port = 0 });
            left.Remove(task);
            away[task.Owner] = away.GetValueOrDefault(task.Owner) + 1;
            lost += task.WorkLost;
            return new(task.Name, task.Holding.Node, node, to.Devices, saving, task.WorkLost);
        }
    }
}
