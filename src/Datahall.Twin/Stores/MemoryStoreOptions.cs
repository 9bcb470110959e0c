using Datahall.Control.Store;

namespace Datahall.Twin.Stores;

/// <summary>How a simulated store behaves.</summary>
public sealed record MemoryStoreOptions
{
    /// <summary>How many deletions are remembered, at least 1. Default 100,000; beyond twice as many the older ones are forgotten.</summary>
    public int KeepDeletions { get; init; } = 100_000;

    /// <summary>How many events are kept, at least 1. Default 100,000; beyond twice as many the older ones are forgotten.</summary>
    public int KeepEvents { get; init; } = 100_000;

    /// <summary>How resources are kept. Default <see cref="ResourceFidelity.Reference"/>.</summary>
    public ResourceFidelity Fidelity { get; init; }

    /// <summary>Says what befalls each write that would succeed, asked just before; null for nothing.</summary>
    public Func<WriteBatch, CommitFault>? Fault { get; init; }
}

/// <summary>How a simulated store keeps resources.</summary>
public enum ResourceFidelity
{
    /// <summary>As they are: they are immutable. Fast.</summary>
    Reference,

    /// <summary>As what their JSON reads back to: what a real store would lose is lost here too.</summary>
    Json,
}
