using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Placing;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Planning;

/// <summary>Reads from the state after a step that will be taken back what the step would have done.</summary>
internal sealed class Planner(CoreState state, Forecaster forecaster, RunningWork running)
{
    public ApplyPlan Read(Apply apply, Outcome outcome)
    {
        var owners = apply.Resources.Where(r => r is Job or Service).Select(r => r.Key).ToHashSet();
        var tasks = owners.SelectMany(owner => state.Indexes.TasksOf(owner)).Where(t => !t.HasEnded()).OrderBy(t => t.Name, StringComparer.Ordinal).ToList();
        var gangs = tasks.Select(t => t.GangId()).ToHashSet(StringComparer.Ordinal);
        var forecasts = new Dictionary<string, Forecast?>(StringComparer.Ordinal);
        return new(outcome, [.. tasks.Select(t => Plan(t, forecasts))], [.. Stopped(gangs)]);
    }

    private PlannedTask Plan(TaskResource task, Dictionary<string, Forecast?> forecasts)
    {
        if (task.HoldsPlace())
        {
            var placement = task.Status.Placement!;
            return new(task.Name, placement.Node, placement.Devices, state.Now, null, null);
        }

        var gang = state.Indexes.Gangs.Find(task.GangId())!;
        if (!forecasts.TryGetValue(gang.Id, out var forecast))
        {
            forecasts[gang.Id] = forecast = gang.Waits && !gang.IsExtra ? forecaster.For(gang) : null;
        }

        var held = gang.NotBefore > state.Now && !(forecast?.Start > gang.NotBefore);
        return new(task.Name, null, [], held ? gang.NotBefore : forecast?.Start, held ? null : forecast?.After, task.Status.Message);
    }

    private IEnumerable<StoppedTask> Stopped(HashSet<string> gangs) => state.Indexes.Stops.Gangs
        .SelectMany(id => state.Indexes.Gangs.Find(id)!.Members)
        .Where(t => t.Status.Phase is TaskPhase.Stopping && t.Status.PreemptedBy is { } by && gangs.Contains(by))
        .OrderBy(t => t.Name, StringComparer.Ordinal)
        .Select(t => new StoppedTask(t.Name, t.Spec.Owner, t.Status.Placement!.Node, Math.Round(running.WorkLost(t), 1)));
}
