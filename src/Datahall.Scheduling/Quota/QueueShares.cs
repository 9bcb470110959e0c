using Datahall.Model;

namespace Datahall.Scheduling.Quota;

/// <summary>What each queue is due of each resource: what it would hold if all that waits could be divided freely and fairly.</summary>
/// <remarks>From the roots down: what a queue is due is divided between the queues below it and its own work, which counts as one of weight 1 without guarantee.</remarks>
public sealed class QueueShares
{
    private readonly QueueLedger ledger;
    private readonly ResourceTotals capacity;
    private readonly IReadOnlyDictionary<string, ResourceTotals> waiting;
    private readonly ILookup<string, string> children;

    /// <summary>Prepares the division.</summary>
    /// <param name="ledger">The queues and what they hold.</param>
    /// <param name="capacity">What there is.</param>
    /// <param name="waiting">What the work of each queue itself waits for.</param>
    public QueueShares(QueueLedger ledger, ResourceTotals capacity, IReadOnlyDictionary<string, ResourceTotals> waiting)
    {
        (this.ledger, this.capacity, this.waiting) = (ledger, capacity, waiting);
        children = ledger.Names.Union(waiting.Keys).Order(StringComparer.Ordinal)
            .ToLookup(queue => ledger.Line(queue) is [_, var parent, ..] ? parent : "", StringComparer.Ordinal);
    }

    /// <summary>The resources that are divided: <c>cpu</c>, <c>memory</c>, <c>gpu</c> and each model.</summary>
    public IReadOnlyList<string> Resources => ["cpu", "memory", "gpu", .. capacity.GpuMilliByModel.Keys];

    /// <summary>What each queue is due of a resource, in the unit of <see cref="ResourceTotals"/>.</summary>
    public IReadOnlyDictionary<string, double> Divide(string resource)
    {
        var due = new SortedDictionary<string, double>(StringComparer.Ordinal);
        Divide("", resource, Of(capacity, resource), due);
        return due;
    }

    /// <summary>What a queue and those below it wait for.</summary>
    public double Waiting(string queue, string resource) =>
        (waiting.TryGetValue(queue, out var own) ? Of(own, resource) : 0) + children[queue].Sum(child => Waiting(child, resource));

    /// <summary>One resource of a sum.</summary>
    public static double Of(ResourceTotals totals, string resource) => resource switch
    {
        "cpu" => totals.Amount.CpuMilli,
        "memory" => totals.Amount.MemoryBytes,
        "gpu" => totals.Amount.GpuMilli,
        _ => totals.GpuMilli(resource),
    };

    /// <summary>One resource of a guarantee or a limit; null when it is not named.</summary>
    public static double? Of(ResourceAmounts? amounts, string resource) => resource switch
    {
        "cpu" => amounts?.Cpu?.Milli,
        "memory" => amounts?.Memory?.Value,
        "gpu" => amounts?.Gpu?.Milli,
        _ => amounts is not null && amounts.GpuModels.TryGetValue(resource, out var gpu) ? gpu.Milli : null,
    };

    private void Divide(string parent, string resource, double amount, SortedDictionary<string, double> due)
    {
        string[] below = [.. children[parent]];
        var own = parent.Length == 0 ? 0 : OwnDemand(parent, resource);
        double[] guarantee = [.. below.Select(q => Of(ledger.Spec(q).Guarantee, resource) ?? 0), 0];
        double[] weight = [.. below.Select(q => ledger.Spec(q).Weight), 1];
        double[] demand = [.. below.Select(q => Demand(q, resource)), own];
        var parts = new double[below.Length + 1];
        FairShare.Divide(amount, guarantee, weight, demand, parts);
        for (var i = 0; i < below.Length; i++)
        {
            due[below[i]] = parts[i];
            Divide(below[i], resource, parts[i], due);
        }
    }

    private double Demand(string queue, string resource) =>
        Math.Min(Of(ledger.Spec(queue).Limit, resource) ?? double.MaxValue, Of(ledger.Held(queue), resource) + Waiting(queue, resource));

    private double OwnDemand(string queue, string resource) =>
        Math.Max(0, Of(ledger.Held(queue), resource) + Waiting(queue, resource) - children[queue].Sum(q => Of(ledger.Held(q), resource) + Waiting(q, resource)));
}
