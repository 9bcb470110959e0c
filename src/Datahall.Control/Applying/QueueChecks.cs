using System.Globalization;
using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Applying;

/// <summary>Holds queues against each other and against what there is.</summary>
internal sealed class QueueChecks(CoreState state)
{
    private static readonly string[] Plain = ["cpu", "memory", "gpu"];

    /// <summary>Guarantees of queues beside each other that no parent can keep.</summary>
    public IEnumerable<RefusedResource> Errors(IReadOnlyList<Resource> incoming) => incoming.Any(static r => r is Queue) ? Broken(incoming) : [];

    private IEnumerable<RefusedResource> Broken(IReadOnlyList<Resource> incoming)
    {
        var queues = After(incoming);
        foreach (var parent in incoming.OfType<Queue>().SelectMany(q => new[] { q.Name, q.Spec.Parent }).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            foreach (var (resource, sum, most) in queues.TryGetValue(parent, out var above) ? Excess(above, queues) : [])
            {
                yield return new(incoming.OfType<Queue>().First(q => q.Name == parent || q.Spec.Parent == parent).Key, "spec.guarantee", string.Create(
                    CultureInfo.InvariantCulture,
                    $"the queues below {parent} are guaranteed {Text(resource, sum)} together, and {parent} itself {Text(resource, most)}: lower theirs, or raise its own"));
            }
        }
    }

    /// <summary>Guarantees that the cluster cannot keep today.</summary>
    public IEnumerable<Remark> Remarks(Queue queue)
    {
        var capacity = state.Indexes.Capacity;
        if (queue.Spec.Guarantee is not { } guarantee || capacity.Amount == default)
        {
            yield break;
        }

        var roots = state.All.OfType<Queue>().Where(q => q.Spec.Parent is null).ToList();
        foreach (var resource in Named(guarantee))
        {
            var sum = roots.Sum(q => QueueShares.Of(q.Spec.Guarantee, resource) ?? 0);
            var there = QueueShares.Of(capacity, resource);
            if (queue.Spec.Parent is null && sum > there)
            {
                yield return new(queue.Key, "spec.guarantee", string.Create(
                    CultureInfo.InvariantCulture, $"all queues together are guaranteed {Text(resource, sum)} and the nodes have {Text(resource, there)}: not every guarantee can be kept"));
            }
        }
    }

    private static IEnumerable<(string Resource, double Sum, double Most)> Excess(Queue parent, Dictionary<string, Queue> queues)
    {
        var below = queues.Values.Where(q => q.Spec.Parent == parent.Name).ToList();
        foreach (var resource in Named(parent.Spec.Guarantee))
        {
            var (sum, most) = (below.Sum(q => QueueShares.Of(q.Spec.Guarantee, resource) ?? 0), QueueShares.Of(parent.Spec.Guarantee, resource)!.Value);
            if (sum > most)
            {
                yield return (resource, sum, most);
            }
        }
    }

    private static IEnumerable<string> Named(ResourceAmounts? amounts) => amounts is null
        ? []
        : Plain.Concat(amounts.GpuModels.Keys.Order(StringComparer.Ordinal)).Where(r => QueueShares.Of(amounts, r) is not null);

    private static string Text(string resource, double amount) => resource switch
    {
        "memory" => $"{new Bytes((long)amount)} memory",
        "cpu" => string.Create(CultureInfo.InvariantCulture, $"{amount / 1000:0.###} CPUs"),
        "gpu" => string.Create(CultureInfo.InvariantCulture, $"{amount / 1000:0.###} GPUs"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{amount / 1000:0.###} {resource} GPUs"),
    };

    private Dictionary<string, Queue> After(IReadOnlyList<Resource> incoming)
    {
        var queues = state.All.OfType<Queue>().ToDictionary(q => q.Name, StringComparer.Ordinal);
        foreach (var queue in incoming.OfType<Queue>())
        {
            queues[queue.Name] = queue;
        }

        return queues;
    }
}
