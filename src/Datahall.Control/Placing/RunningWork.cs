using Datahall.Control.Core;
using Datahall.Control.Tasks;
using Datahall.Model;
using Datahall.Scheduling.Backfill;
using Datahall.Scheduling.Preemption;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Placing;

/// <summary>What runs, as the scheduler sees it when it looks for room to come or to make.</summary>
internal sealed class RunningWork(CoreState state, RunTimes times, SchedulingSettings settings)
{
    /// <summary>What is expected to end, earliest first. Extra tasks of elastic roles and work that is being stopped end at once.</summary>
    public IReadOnlyList<Ending> Endings() => Endings(state.Indexes.Gangs.All);

    /// <summary>What is being stopped already.</summary>
    public IReadOnlyList<Ending> Stopping() => Endings(state.Indexes.Stops.Gangs.Select(state.Indexes.Gangs.Find).OfType<Gang>());

    /// <summary>What could be stopped for a gang: nothing of its own job, nothing that is protected.</summary>
    /// <param name="preemptor">The gang.</param>
    /// <param name="mayTake">Whether it has the better right than another; asked first, for it leaves few.</param>
    public IEnumerable<Victim> Victims(Gang preemptor, Func<Gang, bool> mayTake)
    {
        var minRuntime = settings.Preemption.MinRuntime.TimeSpan;
        foreach (var gang in state.Indexes.Gangs.All)
        {
            if (gang.Held.Count > 0 && gang.First.Spec.Owner != preemptor.First.Spec.Owner && mayTake(gang)
                && gang.Members.All(m => m.HasEnded() || m.IsActive()) && MayStop(gang, minRuntime))
            {
                yield return new(gang.Id, gang.Queue, gang.Members.Sum(WorkLost), gang.Held, BudgetOf(gang));
            }
        }
    }

    /// <summary>Whether a gang is one running task that may be moved now.</summary>
    public bool MayMove(Gang gang) => gang.Members.Count == 1 && gang.First.Status.Phase is TaskPhase.Running && !gang.IsExtra
        && DisruptionOf(gang.First) is { Movable: true } && MayStop(gang, settings.Preemption.MinRuntime.TimeSpan);

    private List<Ending> Endings(IEnumerable<Gang> gangs)
    {
        var endings = new List<Ending>();
        foreach (var gang in gangs)
        {
            if (gang.Held.Count > 0 && EndOf(gang) is { } end)
            {
                endings.Add(new(end.At, gang.Title, gang.Queue, gang.Held, end.IsAssumed));
            }
        }

        endings.Sort(static (a, b) => a.At.CompareTo(b.At) is var byTime and not 0 ? byTime : string.CompareOrdinal(a.Name, b.Name));
        return endings;
    }

    private (DateTimeOffset At, bool IsAssumed)? EndOf(Gang gang) => gang.IsExtra ? (state.Now, false)
        : times.End(gang) ?? (Stop(gang) is { } stopped ? (stopped, false) : null);

    // Replicas end only when they are told to.
    private static DateTimeOffset? Stop(Gang gang) => gang.First is { Status: { Phase: TaskPhase.Stopping, Since: { } since }, Spec.Template.GracePeriod: var grace }
        ? since + grace.TimeSpan
        : null;

    private bool MayStop(Gang gang, TimeSpan minRuntime)
    {
        var any = false;
        foreach (var member in gang.Members)
        {
            if (!member.IsActive())
            {
                continue;
            }

            if (member.Status.Phase is TaskPhase.Placed && member.Status.Since == state.Now)
            {
                return false; // What was placed in this very step is not stopped in it: two that want the same room would take turns without end.
            }

            any = true;
            var disruption = DisruptionOf(member);
            var least = disruption.MinRuntime.TimeSpan > minRuntime ? disruption.MinRuntime.TimeSpan : minRuntime;
            if (!disruption.Preemptible || (least > TimeSpan.Zero && state.Now - (member.Status.Started ?? state.Now) < least))
            {
                return false;
            }
        }

        return any;
    }

    /// <summary>How a task may be disturbed.</summary>
    public DisruptionSpec DisruptionOf(TaskResource task) => task.Spec.Job is { } job
        ? state.Job(job)?.Spec.Disruption ?? new()
        : state.Service(task.Spec.Service!)?.Spec.Disruption ?? new();

    /// <summary>What stopping a task now would throw away, in device-seconds: the time since it last saved its work times what it holds.</summary>
    public double WorkLost(TaskResource task)
    {
        if (!task.HoldsPlace() || task.Spec.Service is not null || task.Spec.Extra)
        {
            return 0; // A replica keeps nothing that is lost, and its budget protects it; what an extra task did lives on in its gang.
        }

        var from = task.Status.Started ?? state.Now;
        var saved = state.Job(task.Spec.Job!)?.Status?.Checkpointed;
        from = saved > from ? saved.Value : from;
        var totals = new ResourceTotals();
        totals.Add(Charge.Of(task.Spec.Template.Resources, task.Status.Placement!));
        var capacity = state.Indexes.Capacity;
        var unit = capacity.Amount.GpuMilli > 0 ? capacity.Amount.GpuMilli : capacity.Amount.CpuMilli;
        return Math.Max(0, (state.Now - from).TotalSeconds) * totals.DominantShare(capacity) * unit / 1000.0;
    }

    /// <summary>How many more of what a gang belongs to may be stopped for others; null: as many as there are.</summary>
    public Budget? BudgetOf(Gang gang)
    {
        if (gang.First.Spec.Service is not { } name || state.Service(name) is not { } service)
        {
            return null;
        }

        var ready = state.Indexes.TasksOf(service.Key).Counts.Ready;
        var away = Math.Max(0, service.Spec.Replicas - ready);
        return new(name, Math.Max(0, service.Spec.Disruption.MaxUnavailable - away));
    }
}
