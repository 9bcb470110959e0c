namespace Datahall.Optimization.Energy;

/// <summary>An amount of each of the three resources of the optimisation model, in the units of the file.</summary>
/// <param name="Compute">Compute, such as cores or GPUs.</param>
/// <param name="Storage">Storage, such as bytes.</param>
/// <param name="Bandwidth">Bandwidth, such as bytes a second.</param>
public readonly record struct Amounts(double Compute, double Storage, double Bandwidth)
{
    /// <summary>The number of resources.</summary>
    public const int Count = 3;

    /// <summary>The sum over the resources; it means something only for amounts in common units.</summary>
    public double Sum => Compute + Storage + Bandwidth;

    /// <summary>One resource: 0 compute, 1 storage, 2 bandwidth.</summary>
    public double this[int resource] => resource switch
    {
        0 => Compute,
        1 => Storage,
        _ => Bandwidth,
    };

    /// <summary>Makes amounts from a function of the resource's index.</summary>
    public static Amounts Each(Func<int, double> of) => new(of(0), of(1), of(2));

    /// <summary>The name of a resource, as in the file.</summary>
    public static string NameOf(int resource) => resource switch
    {
        0 => "compute",
        1 => "storage",
        _ => "bandwidth",
    };

    /// <summary>The sum of products.</summary>
    public double Dot(Amounts other) => (Compute * other.Compute) + (Storage * other.Storage) + (Bandwidth * other.Bandwidth);

    /// <summary>The product resource by resource.</summary>
    public Amounts Times(Amounts other) => new(Compute * other.Compute, Storage * other.Storage, Bandwidth * other.Bandwidth);

    /// <summary>The sum resource by resource.</summary>
    public static Amounts operator +(Amounts a, Amounts b) => new(a.Compute + b.Compute, a.Storage + b.Storage, a.Bandwidth + b.Bandwidth);

    /// <summary>The difference resource by resource.</summary>
    public static Amounts operator -(Amounts a, Amounts b) => new(a.Compute - b.Compute, a.Storage - b.Storage, a.Bandwidth - b.Bandwidth);

    /// <summary>A multiple.</summary>
    public static Amounts operator *(double factor, Amounts a) => new(factor * a.Compute, factor * a.Storage, factor * a.Bandwidth);
}
