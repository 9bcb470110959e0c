namespace Datahall.Scheduling.Quota;

/// <summary>Sums of resources, accelerators also by model.</summary>
public sealed class ResourceTotals
{
    private readonly SortedDictionary<string, long> byModel = new(StringComparer.Ordinal);

    /// <summary>The sum over all models.</summary>
    public Amount Amount { get; private set; }

    /// <summary>Accelerators by model, in thousandths; models of which there are none are left out.</summary>
    public IReadOnlyDictionary<string, long> GpuMilliByModel => byModel;

    /// <summary>Accelerators of a model, in thousandths.</summary>
    public long GpuMilli(string model) => byModel.GetValueOrDefault(model);

    /// <summary>Adds.</summary>
    public void Add(Charge charge) => Move(charge.Amount, charge.GpuModel, +1);

    /// <summary>Takes away.</summary>
    public void Subtract(Charge charge) => Move(charge.Amount, charge.GpuModel, -1);

    /// <summary>Adds all of another sum.</summary>
    public void Add(ResourceTotals other) => Move(other, +1);

    /// <summary>Adds a node.</summary>
    public void Add(Model.NodeCapacity capacity) => Move(capacity, +1);

    /// <summary>Takes a node away.</summary>
    public void Subtract(Model.NodeCapacity capacity) => Move(capacity, -1);

    /// <summary>
    /// The share of a capacity by the scarcest resource, from 0: the dominant share. Each model counts as a resource of its own.
    /// Source: Ghodsi et al., "Dominant Resource Fairness", NSDI 2011.
    /// </summary>
    public double DominantShare(ResourceTotals capacity) => DominantResource(capacity).Share;

    /// <summary>The scarcest resource and the share of it: <c>cpu</c>, <c>memory</c>, <c>gpu</c> or a model.</summary>
    public (string Resource, double Share) DominantResource(ResourceTotals capacity)
    {
        var best = ("cpu", Ratio(Amount.CpuMilli, capacity.Amount.CpuMilli));
        Raise("memory", Ratio(Amount.MemoryBytes, capacity.Amount.MemoryBytes));
        Raise("gpu", Ratio(Amount.GpuMilli, capacity.Amount.GpuMilli));
        foreach (var (model, held) in byModel)
        {
            Raise(model, Ratio(held, capacity.GpuMilli(model)));
        }

        return best;

        void Raise(string resource, double share) => best = share > best.Item2 ? (resource, share) : best;
    }

    internal void Clear()
    {
        Amount = default;
        byModel.Clear();
    }

    // What is held of something the cluster has lost counts as all of it.
    private static double Ratio(long held, long capacity) => held <= 0 ? 0 : capacity <= 0 ? 1 : (double)held / capacity;

    private void Move(ResourceTotals other, int sign)
    {
        Amount = sign > 0 ? Amount + other.Amount : Amount - other.Amount;
        foreach (var (model, milli) in other.byModel)
        {
            MoveModel(model, sign * milli);
        }
    }

    private void Move(Model.NodeCapacity capacity, int sign)
    {
        Move(Amount.Of(capacity), null, sign);
        foreach (var device in capacity.Devices)
        {
            MoveModel(device.Model, sign * 1000);
        }
    }

    private void Move(Amount amount, string? model, int sign)
    {
        Amount = sign > 0 ? Amount + amount : Amount - amount;
        if (model is not null && amount.GpuMilli > 0)
        {
            MoveModel(model, sign * amount.GpuMilli);
        }
    }

    private void MoveModel(string model, long milli)
    {
        var left = byModel.GetValueOrDefault(model) + milli;
        if (left == 0)
        {
            byModel.Remove(model);
        }
        else
        {
            byModel[model] = left;
        }
    }
}
