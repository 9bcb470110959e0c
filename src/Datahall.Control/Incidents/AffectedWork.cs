using Datahall.Control.Core;
using Datahall.Control.Tasks;

namespace Datahall.Control.Incidents;

/// <summary>Finds the jobs and services that a cause hurts.</summary>
internal sealed class AffectedWork(CoreState state, AlertCause causes)
{
    /// <summary>The most that an incident names.</summary>
    public const int Most = 200;

    /// <summary>The owners of tasks on a node, and of those that it had when it was lost; of places those of their nodes; of a queue those that wait in it.</summary>
    public IEnumerable<string> Of(string cause) => cause.Split('/') switch
    {
        ["node", var node] => OnNode(node),
        ["service" or "job", _] => [cause],
        ["queue", var queue] => state.Indexes.Gangs.WaitingIn(queue).Take(Most).Select(static gang => gang.First.Spec.Owner.ToString()),
        ["rack" or "feed" or "site", ..] => causes.Topology.Racks.Where(rack => causes.LineOf(rack.Rack).Contains(cause)).SelectMany(static rack => rack.Nodes).SelectMany(OnNode),
        _ => [],
    };

    /// <summary>What the work on a node is called when it goes.</summary>
    public static IReadOnlyList<string> OwnersOn(CoreState state, string node) =>
        [.. state.Indexes.TasksOn(node).Where(static task => task.IsActive()).Select(static task => task.Spec.Owner.ToString()).Distinct().Order(StringComparer.Ordinal).Take(Most)];

    private IEnumerable<string> OnNode(string node) => OwnersOn(state, node).Concat(state.Node(node)?.Status?.LostWork ?? []);
}
