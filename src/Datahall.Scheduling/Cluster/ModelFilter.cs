namespace Datahall.Scheduling.Cluster;

/// <summary>Which device models will do, by the ids of one cluster.</summary>
/// <param name="allowed">By model id; null: all of them.</param>
internal readonly struct ModelFilter(bool[]? allowed)
{
    /// <summary>Whether every model will do.</summary>
    public bool IsAny => allowed is null;

    /// <summary>Whether a model will do.</summary>
    public bool Allows(int model) => allowed is null || (model < allowed.Length && allowed[model]);
}
