using Datahall.Control.Energy;
using Datahall.Control.Inputs;
using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.Control.Core;

/// <summary>How a core starts.</summary>
/// <param name="StoreIdentity">The store's identity.</param>
/// <param name="Revision">The store's revision.</param>
/// <param name="LastEvent">The sequence of the store's last event.</param>
/// <param name="Resources">All resources, in any order.</param>
public sealed record CoreStart(string StoreIdentity, long Revision, long LastEvent, IReadOnlyList<Resource> Resources)
{
    /// <summary>What a watt costs where; no store holds it, a snapshot does.</summary>
    public EnergyPriceList EnergyPrices { get; init; } = EnergyPriceList.None;
}

/// <summary>What one step decided.</summary>
/// <param name="Batch">What to commit; null when nothing durable changed.</param>
/// <param name="Outcomes">The answer to each input, in order; released after the commit.</param>
/// <param name="Nodes">The nodes to tell their <see cref="ControlCore.DesiredFor"/>, by name: it changed, or they have not taken it up; sent after the commit.</param>
public sealed record Step(WriteBatch? Batch, IReadOnlyList<Outcome> Outcomes, IReadOnlyCollection<string> Nodes);

/// <summary>Why a resource is as it is.</summary>
/// <param name="Key">Which resource.</param>
/// <param name="Summary">The one reason that matters most.</param>
/// <param name="Details">What stands behind it, a line each.</param>
public sealed record Explanation(ResourceKey Key, string Summary, IReadOnlyList<string> Details);
