using Datahall.Control.Agents;
using Datahall.Control.Inputs;
using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.Control.Core;

/// <summary>The core: one deterministic state machine over the resources. The same inputs at the same times make the same decisions.</summary>
/// <remarks>
/// Not safe for concurrent use: one caller drives it. The caller commits the step's batch before it releases the outcomes and
/// the orders to nodes; when the commit fails it calls <see cref="Undo"/>.
/// </remarks>
public sealed class ControlCore
{
    /// <summary>Takes up the state that a store holds.</summary>
    public ControlCore(CoreOptions options, CoreStart start, DateTimeOffset now) => throw new NotSupportedException($"{options}{start}{now}");

    /// <summary>The revision of the last step.</summary>
    public long Revision { get; }

    /// <summary>When a step is due although no input came; null: never.</summary>
    public DateTimeOffset? Due { get; }

    /// <summary>Decides about inputs, in order, as one step that is committed as one batch.</summary>
    public Step Step(IReadOnlyList<Input> inputs, DateTimeOffset now) => throw new NotSupportedException($"{inputs}{now}{Revision}");

    /// <summary>Takes back the last step, whose batch was not committed (also how a dry run ends).</summary>
    public void Undo(Step step) => throw new NotSupportedException($"{step}{Revision}");

    /// <summary>Every task that a node should have now; null when the node has no session.</summary>
    public DesiredTasks? DesiredFor(string node) => throw new NotSupportedException($"{node}{Revision}");

    /// <summary>Why a resource is as it is: why pending, or why on that node.</summary>
    public Explanation? Explain(ResourceKey key) => throw new NotSupportedException($"{key}{Revision}");
}

/// <summary>How a core starts.</summary>
/// <param name="StoreIdentity">The store's identity.</param>
/// <param name="Revision">The store's revision.</param>
/// <param name="LastEvent">The sequence of the store's last event.</param>
/// <param name="Resources">All resources, in any order.</param>
public sealed record CoreStart(string StoreIdentity, long Revision, long LastEvent, IReadOnlyList<Resource> Resources);

/// <summary>What one step decided.</summary>
/// <param name="Batch">What to commit; null when nothing durable changed.</param>
/// <param name="Outcomes">The answer to each input, in order; released after the commit.</param>
/// <param name="Nodes">The nodes whose <see cref="ControlCore.DesiredFor"/> changed; sent after the commit.</param>
public sealed record Step(WriteBatch? Batch, IReadOnlyList<Outcome> Outcomes, IReadOnlyCollection<string> Nodes);

/// <summary>Why a resource is as it is.</summary>
/// <param name="Key">Which resource.</param>
/// <param name="Summary">The one reason that matters most.</param>
/// <param name="Details">What stands behind it, a line each.</param>
public sealed record Explanation(ResourceKey Key, string Summary, IReadOnlyList<string> Details);
