using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Capping;

/// <summary>Power caps of nodes: by hand in their spec, by the guard of their site in their status; the lower one is ordered.</summary>
internal sealed class NodeCaps(CoreState state)
{
    // A node that draws more is a wrong unit.
    private const long HighestWatts = 1_000_000;

    /// <summary>An operator sets a cap, or takes it away.</summary>
    /// <returns>Why that cannot be; null when it can.</returns>
    public Refused? Refuse(CapNode input) => (state.Node(input.Node), input.Cap) switch
    {
        (null, _) => Refuse(input.Node, RefusalKind.NotFound, $"there is no {new ResourceKey(ResourceKinds.Node, input.Node)}"),
        (_, { Value: <= 0 or > HighestWatts } cap) => Refuse(input.Node, RefusalKind.Invalid, $"a cap of {cap} makes no sense: give what the node's devices may draw together, such as 400W, or none"),
        ({ Status: { CapRange: null } }, not null) => Refuse(
            input.Node, RefusalKind.Conflict, "its agent may not cap its power, or has no device that can be capped: start it with 'datahall agent --allow-power-caps' (GPUs need nvidia-smi, processors RAPL)"),
        ({ Status.CapRange: { } range }, { } cap) when cap.Value < range.Least.Value => Refuse(
            input.Node, RefusalKind.Conflict, $"its devices cannot be held at {cap}: together they take {range.Least} to {range.Most}"),
        _ => null,
    };

    /// <summary>The guard of a site sets caps and takes them away. All are taken, or none; a node that is gone is passed over.</summary>
    public Outcome Take(SetAutomaticCaps input)
    {
        var absurd = input.Changes.Where(static change => change.Cap is { Value: <= 0 or > HighestWatts }).Take(10)
            .Select(static change => new RefusedResource(new(ResourceKinds.Node, change.Node), null, $"its automatic cap is {change.Cap}; it must be from 1W to {new Watts(HighestWatts)}")).ToList();
        if (absurd.Count > 0)
        {
            return new Refused(RefusalKind.Invalid, absurd);
        }

        foreach (var change in input.Changes.OrderBy(static change => change.Node, StringComparer.Ordinal))
        {
            if (state.Node(change.Node) is { Status: { } status } node && status.AutomaticCap?.Watts != change.Cap)
            {
                state.Put(node with { Status = status with { AutomaticCap = change.Cap is { } watts ? new(watts, change.Why) : null } });
                state.Emit(node.Key, change.Cap is null ? "PowerCapReleased" : "PowerCapped", change.Cap is { } to ? $"{to}: {change.Why}" : change.Why);
            }
        }

        return new Accepted([]);
    }

    /// <summary>What an agent says; written only when it is news.</summary>
    public void Follow(Node node, PowerCapStatus said)
    {
        var now = said is { Wanted: null, InForce: null, Message: null } ? null : said;
        var before = node.Status!.PowerCap;
        if (before == now)
        {
            return;
        }

        state.Put(node with { Status = node.Status with { PowerCap = now } });
        if (now?.Message is { } problem && problem != before?.Message)
        {
            state.Warn(node.Key, "PowerCapNotKept", problem);
        }
        else if (now is { InForce: { } watts, Message: null } && watts != before?.InForce)
        {
            state.Emit(node.Key, "PowerCapInForce", $"its devices are held at {watts} together, as read back from them");
        }
        else if (now is null)
        {
            state.Emit(node.Key, "PowerCapLifted", "its devices have the limits from before the cap again");
        }
    }

    private static Refused Refuse(string node, RefusalKind kind, string message) => new(kind, [new(new(ResourceKinds.Node, node), null, message)]);
}
