using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Placement;

namespace Datahall.Optimization.Batch;

/// <summary>A batch as the solvers see it: how many nodes of each class get which filling, and how many gangs of each group start.</summary>
/// <remarks>See docs/scheduling/optimisation.md for the formulas.</remarks>
internal sealed class BatchModel
{
    // The table of fillings by shapes stays within some 32 MB.
    private const int MostNumbers = 8_000_000;

    private BatchModel(PlacementProblem problem, IReadOnlyList<PlacementRequest> shapes, IReadOnlyList<GangGroup> groups, IReadOnlyList<NodeClass> classes)
    {
        (Problem, Shapes, Groups, Classes) = (problem, shapes, groups, classes);
        UsesGpus = groups.Any(g => g.Demand.GpuMilli > 0);
    }

    public PlacementProblem Problem { get; }

    public IReadOnlyList<PlacementRequest> Shapes { get; }

    public IReadOnlyList<GangGroup> Groups { get; }

    public IReadOnlyList<NodeClass> Classes { get; }

    /// <summary>The fillings, by class.</summary>
    public IReadOnlyList<Filling> Fillings { get; private set; } = [];

    /// <summary>How many gangs of each group the greedy plan starts. Shape [groups].</summary>
    public IReadOnlyList<int> GreedyStarts { get; private set; } = [];

    /// <summary>How many nodes the greedy plan fills by each filling. Shape [fillings].</summary>
    public IReadOnlyList<int> GreedyUse { get; private set; } = [];

    /// <summary>Whether demand is counted in accelerators; else in processors.</summary>
    public bool UsesGpus { get; }

    /// <summary>The priorities of gangs that the greedy plan leaves out, highest first.</summary>
    public IReadOnlyList<int> Levels =>
    [
        .. Groups.Where((g, i) => GreedyStarts[i] < g.Gangs.Count).Select(g => g.First.Priority).Distinct().OrderDescending(),
    ];

    /// <summary>What a gang of a group asks, in thousandths of what demand is counted in.</summary>
    public long DemandOf(GangGroup group) => UsesGpus ? group.Demand.GpuMilli : group.Demand.CpuMilli;

    /// <summary>Builds the model around the greedy plan, which is always one of its solutions.</summary>
    public static BatchModel Build(
        PlacementProblem problem, IReadOnlyList<PlacementRequest> shapes, IReadOnlyList<GangGroup> groups, IReadOnlyDictionary<int, AdmittedGang> greedy, int mostFillings)
    {
        var model = new BatchModel(problem, shapes, groups, NodeClass.Make(problem, shapes))
        {
            GreedyStarts = [.. groups.Select(g => g.Gangs.Count(greedy.ContainsKey))],
        };
        var wanted = shapes.Select((_, s) => (int)Math.Min(int.MaxValue, groups.Sum(g => (long)g.Needs[s] * g.Gangs.Count))).ToArray();
        var most = Math.Min(mostFillings, MostNumbers / Math.Max(1, shapes.Count));
        model.List(wanted, greedy, Math.Clamp(most / Math.Max(1, model.Classes.Count), 12, 800));
        return model;
    }

    private void List(IReadOnlyList<int> wanted, IReadOnlyDictionary<int, AdmittedGang> greedy, int mostOfClass)
    {
        var search = new FillingSearch(Shapes, wanted, mostOfClass);
        var (fillings, use, byCounts) = (new List<Filling>(), new List<int>(), new Dictionary<string, int>(StringComparer.Ordinal));
        var onNode = GreedySequences(greedy);
        for (var c = 0; c < Classes.Count; c++)
        {
            byCounts.Clear();
            foreach (var sequence in search.Of(Problem.Nodes[Classes[c].Nodes[0]]))
            {
                Add(c, sequence);
            }

            foreach (var node in Classes[c].Nodes)
            {
                if (onNode.TryGetValue(Problem.Nodes[node].Offer.Name, out var sequence))
                {
                    use[Add(c, sequence)]++;
                }
            }
        }

        (Fillings, GreedyUse) = (fillings, use);

        int Add(int c, IReadOnlyList<int> sequence)
        {
            var key = string.Join(' ', sequence.Order());
            if (!byCounts.TryGetValue(key, out var index))
            {
                byCounts[key] = index = fillings.Count;
                fillings.Add(new(c, sequence, [.. Shapes.Select((_, s) => sequence.Count(q => q == s))]));
                use.Add(0);
            }

            return index;
        }
    }

    // What the greedy plan puts on each node, in the order in which it does.
    private Dictionary<string, List<int>> GreedySequences(IReadOnlyDictionary<int, AdmittedGang> greedy)
    {
        var numbers = Shapes.Index().ToDictionary(s => s.Item, s => s.Index);
        var onNode = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (var (gang, admitted) in greedy.OrderBy(g => g.Key))
        {
            for (var i = 0; i < admitted.Places.Count; i++)
            {
                var node = admitted.Places[i].Node;
                (onNode.TryGetValue(node, out var sequence) ? sequence : onNode[node] = []).Add(numbers[Problem.Waiting[gang].Tasks[i].Request]);
            }
        }

        return onNode;
    }
}

/// <summary>What a solver found.</summary>
/// <param name="Use">How many nodes get each filling. Shape [fillings].</param>
/// <param name="Starts">How many gangs of each group start. Shape [groups].</param>
/// <param name="IsProven">Whether nothing better exists within the model.</param>
internal sealed record BatchSolution(IReadOnlyList<int> Use, IReadOnlyList<int> Starts, bool IsProven);
