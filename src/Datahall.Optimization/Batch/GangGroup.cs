using System.Globalization;
using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Quota;

namespace Datahall.Optimization.Batch;

/// <summary>Gangs that ask the same of the same queues with the same priority: which of them start is a number.</summary>
/// <param name="First">One of them, for all that they share.</param>
/// <param name="Needs">How many tasks of each shape one of them has. Shape [shapes].</param>
/// <param name="Demand">What one of them asks.</param>
/// <param name="Gangs">Their places in the line, ascending.</param>
internal sealed record GangGroup(WaitingGang First, IReadOnlyList<int> Needs, Amount Demand, IReadOnlyList<int> Gangs)
{
    /// <summary>Puts gangs that are alike together, in the order of the first of each kind.</summary>
    /// <param name="waiting">The gangs, in the order of the line.</param>
    /// <param name="shapes">Receives each request that occurs, once.</param>
    /// <param name="most">The most gangs to look at.</param>
    public static IReadOnlyList<GangGroup> Make(IReadOnlyList<WaitingGang> waiting, List<PlacementRequest> shapes, int most)
    {
        var numbers = new Dictionary<PlacementRequest, int>();
        var byKey = new Dictionary<string, (WaitingGang First, SortedDictionary<int, int> Needs, List<int> Gangs)>(StringComparer.Ordinal);
        var order = new List<string>();
        for (var i = 0; i < Math.Min(waiting.Count, most); i++)
        {
            // Who wants to be near or away from others is only understood by the core, which sees those others.
            if (waiting[i].Tasks.Count == 0 || waiting[i].Tasks.Any(t => t.Request.Affinity.Length > 0))
            {
                continue;
            }

            var needs = NeedsOf(waiting[i], numbers, shapes);
            var key = KeyOf(waiting[i], needs);
            if (!byKey.TryGetValue(key, out var group))
            {
                byKey[key] = group = (waiting[i], needs, []);
                order.Add(key);
            }

            group.Gangs.Add(i);
        }

        return [.. order.Select(key => byKey[key]).Select(g => new GangGroup(g.First, Dense(g.Needs, shapes.Count), QueueAllowance.DemandOf(g.First), g.Gangs))];
    }

    private static SortedDictionary<int, int> NeedsOf(WaitingGang gang, Dictionary<PlacementRequest, int> numbers, List<PlacementRequest> shapes)
    {
        var needs = new SortedDictionary<int, int>();
        foreach (var task in gang.Tasks)
        {
            if (!numbers.TryGetValue(task.Request, out var shape))
            {
                numbers[task.Request] = shape = shapes.Count;
                shapes.Add(task.Request);
            }

            needs[shape] = needs.GetValueOrDefault(shape) + 1;
        }

        return needs;
    }

    private static string KeyOf(WaitingGang gang, SortedDictionary<int, int> needs) => string.Create(
        CultureInfo.InvariantCulture, $"{gang.Priority} {string.Join('/', gang.Line)} {string.Join(' ', needs.Select(n => $"{n.Key}x{n.Value}"))}");

    private static int[] Dense(SortedDictionary<int, int> needs, int shapes)
    {
        var dense = new int[shapes];
        foreach (var (shape, count) in needs)
        {
            dense[shape] = count;
        }

        return dense;
    }
}
