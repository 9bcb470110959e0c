using System.Globalization;
using Datahall.Control.Core;
using Datahall.Control.Placing;
using Datahall.Control.Tasks;
using Datahall.Model;
using Datahall.Scheduling.Policies;

namespace Datahall.Control.Explaining;

/// <summary>Says why a placed task is where it is: its node's scores against those of the node that comes next.</summary>
internal sealed class PlacedReasons(CoreState state, GangTrial trial, SchedulingSettings settings)
{
    /// <summary>The scores of now, with the task's own room counted as free.</summary>
    public IEnumerable<string> Details(TaskResource task)
    {
        var placement = task.Status.Placement!;
        yield return string.Create(
            CultureInfo.InvariantCulture, $"placed by profile {task.Spec.Profile} ({settings.PolicyOf(task.Spec.Profile).Name}) as attempt {task.Status.Attempt}, with a score of {placement.Score}");
        if (state.Indexes.Cluster.SlotOf(placement.Node) < 0)
        {
            yield break;
        }

        state.Indexes.Cluster.Give(task.Holding());
        var ranking = NodeRanking.Of(settings.PolicyOf(task.Spec.Profile), state.Indexes.Cluster, trial.RequestOf(task), placement.Node, 3);
        state.Indexes.Cluster.Take(task.Holding());
        yield return string.Create(
            CultureInfo.InvariantCulture, $"of {state.Indexes.Cluster.Count} nodes {ranking.Fitting} could take it now; the best of them: {string.Join("; ", ranking.Best.Select(Text))}");

        string Text(RankedNode node) => string.Create(
            CultureInfo.InvariantCulture,
            $"{node.Name} with a score of {node.Score}{(node.Parts.Count > 1 ? $" ({string.Join(", ", node.Parts.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Policy} {p.Weight:0.#}")))})" : "")}{(node.Name == placement.Node ? ", where it is" : "")}");
    }
}
