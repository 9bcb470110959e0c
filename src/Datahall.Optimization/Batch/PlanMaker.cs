using Datahall.Scheduling.Policies;

namespace Datahall.Optimization.Batch;

/// <summary>Turns fillings into places: fills the nodes, hands the places out to the gangs, and gives what is left over to whoever still fits.</summary>
internal sealed class PlanMaker(BatchModel batch, IReadOnlyList<GangGroup> groups, IPlacementPolicy policy)
{
    /// <summary>Makes the plan of a solution, with a reason for every gang of all groups, also of those that the batch leaves aside.</summary>
    /// <returns>The plan; null when it leaves out a gang that the greedy plan starts.</returns>
    public BatchPlan? Make(BatchSolution solution)
    {
        var supply = SupplyOf(solution.Use);
        var draft = new PlanDraft(batch.Problem, groups, policy);
        var must = GangsOf(batch.GreedyStarts).ToList();
        HandOut(draft, supply, must);
        if (must.All(draft.Has))
        {
            HandOut(draft, supply, GangsOf(solution.Starts));
        }

        foreach (var gang in must.Where(gang => !draft.Has(gang)))
        {
            draft.TryAnywhere(gang);
        }

        return must.All(draft.Has) ? draft.Finish() : null;
    }

    // Of gangs that are alike the first so many, in the order of the line.
    private IOrderedEnumerable<int> GangsOf(IReadOnlyList<int> starts) => batch.Groups.SelectMany((g, i) => g.Gangs.Take(starts[i])).Order();

    private void HandOut(PlanDraft draft, Queue<PlannedTask>[] supply, IEnumerable<int> gangs)
    {
        var numbers = batch.Shapes.Index().ToDictionary(s => s.Item, s => s.Index);
        foreach (var gang in gangs.Where(gang => !draft.Has(gang)).ToList())
        {
            var tasks = batch.Problem.Waiting[gang].Tasks;
            var shapes = tasks.Select(t => numbers[t.Request]).ToList();
            if (shapes.CountBy(s => s).Any(need => supply[need.Key].Count < need.Value))
            {
                continue;
            }

            var places = tasks.Select((task, i) => supply[shapes[i]].Dequeue() with { Task = task.Name }).ToList();
            draft.TryAt(gang, places);
        }
    }

    private Queue<PlannedTask>[] SupplyOf(IReadOnlyList<int> use)
    {
        var supply = batch.Shapes.Select(_ => new Queue<PlannedTask>()).ToArray();
        var next = new int[batch.Classes.Count];
        for (var f = 0; f < batch.Fillings.Count; f++)
        {
            var filling = batch.Fillings[f];
            for (var i = 0; i < use[f]; i++)
            {
                Fill(batch.Classes[filling.Class].Nodes[next[filling.Class]++], filling, supply);
            }
        }

        return supply;
    }

    private void Fill(int node, Filling filling, Queue<PlannedTask>[] supply)
    {
        var filler = new NodeFiller(NodeClass.Alone(batch.Problem.Nodes[node]), batch.Shapes);
        foreach (var shape in filling.Sequence)
        {
            if (filler.TryAdd(shape) is { } devices)
            {
                supply[shape].Enqueue(new("", batch.Problem.Nodes[node].Offer.Name, devices));
            }
        }
    }
}
