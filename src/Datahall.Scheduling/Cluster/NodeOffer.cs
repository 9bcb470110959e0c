using Datahall.Model;

namespace Datahall.Scheduling.Cluster;

/// <summary>What a node offers to the scheduler.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Capacity">What it has.</param>
/// <param name="State">Whether it takes tasks.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Taints">Its taints.</param>
public sealed record NodeOffer(
    string Name, NodeCapacity Capacity, OfferState State, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<Taint> Taints)
{
    /// <summary>
    /// The domains that the node is in, one for each of <see cref="NodeTopology.Levels"/>, widest first; empty text where none is known, and an
    /// empty list where nothing is known.
    /// </summary>
    public IReadOnlyList<string> Topology { get; init; } = [];

    /// <summary>The artifacts that the node holds a copy of.</summary>
    public IReadOnlySet<string> Artifacts { get; init; } = NoArtifacts;

    private static HashSet<string> NoArtifacts { get; } = [];
}

/// <summary>Whether a node takes tasks.</summary>
public enum OfferState : byte
{
    /// <summary>It takes tasks.</summary>
    Open,

    /// <summary>It is cordoned.</summary>
    Cordoned,

    /// <summary>It is being drained, or its agent is leaving.</summary>
    Draining,

    /// <summary>Its agent does not answer, or has not joined yet.</summary>
    NotReady,

    /// <summary>It sleeps, or is on its way there or back.</summary>
    Asleep,
}
