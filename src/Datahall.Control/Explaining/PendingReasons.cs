using System.Globalization;
using Datahall.Control.Core;
using Datahall.Control.Placing;
using Datahall.Control.Sleeping;
using Datahall.Model;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Explaining;

/// <summary>Says why a gang waits: first the one reason that stands in its way now and when it would start, then what lies behind it and what would help.</summary>
internal sealed class PendingReasons(CoreState state, GangTrial trial, Forecaster forecaster, ReservationBook book, RunTimes times, WaitingLine waiting, Preemptor preemptor, SleepPolicy sleep)
{
    private const int MostNamed = 5;

    /// <summary>The reason, with the numbers of now.</summary>
    public string Reason(Gang gang)
    {
        if (gang.NotBefore > state.Now)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{gang.First.Status.Message} (until {gang.NotBefore:u})");
        }

        if (!gang.Waits)
        {
            var stopping = gang.Members.Count(m => m.Status.Phase is TaskPhase.Stopping);
            return $"its gang of {gang.Members.Count} starts together; {stopping} of its tasks {(stopping == 1 ? "is" : "are")} still stopping";
        }

        var found = book.Behind(gang.Id, () => trial.Run(gang, gang.Members));
        var reason = found.Kind is BlockKind.Limit && found.Refusal is not null ? $"waits for queue {gang.Queue}: {found.Refusal}" : found.Refusal;
        return (reason ?? gang.First.Status.Message) + Start(gang);
    }

    /// <summary>What lies behind the reason, a line each.</summary>
    public IEnumerable<string> Details(Gang gang)
    {
        if (gang.Waits)
        {
            yield return Place(gang);
        }

        foreach (var queue in state.Indexes.Queues.Line(gang.Queue))
        {
            yield return Standing(queue);
        }

        yield return times.Estimate(gang.First) is { } estimate
            ? $"it is expected to run for {Duration.FromSeconds(Math.Round(estimate.Time.TotalSeconds))} ({estimate.Source})"
            : "how long it runs is not known: declare spec.duration, so that it may go ahead of reservations when it is short";
        if (gang.Waits && trial.Run(gang, gang.Members).Placements is null)
        {
            if (sleep.WouldUse(gang) is { Count: > 0 } asleep)
            {
                yield return Sleeping(asleep);
            }

            yield return Preemption(gang);
            foreach (var help in Helps(gang))
            {
                yield return help;
            }
        }
    }

    private string Sleeping(IReadOnlyList<string> asleep)
    {
        var waking = asleep.Where(name => state.Node(name)!.Status!.Power is PowerState.Waking).ToList();
        return waking.Count > 0 ? $"waits for {(waking.Count == 1 ? "node" : "nodes")} {string.Join(", ", waking)} to wake"
            : $"it would fit if {string.Join(", ", asleep)} did not sleep: 'datahall node wake {string.Join(' ', asleep)}', or a sleep policy wakes {(asleep.Count == 1 ? "it" : "them")}";
    }

    private string Start(Gang gang)
    {
        if (gang.IsExtra)
        {
            return "";
        }

        return forecaster.For(gang) switch
        {
            null => "; no end of running work that can be foreseen makes enough room",
            { Start: var start } when start <= state.Now => "; it would start at once",
            { Start: var start, After: var after, IsAssumed: var assumed } => string.Create(
                CultureInfo.InvariantCulture,
                $"; would start about {When(start)}{(after is null ? "" : $", after {after}")}{(assumed ? " (an assumption: not all work declares its duration)" : "")}"),
        };
    }

    private string When(DateTimeOffset start) => start.UtcDateTime.Date == state.Now.UtcDateTime.Date
        ? start.ToString("HH:mm'Z'", CultureInfo.InvariantCulture)
        : start.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    private string Place(Gang gang)
    {
        var line = waiting.Of(gang.Queue).ToList();
        var place = line.FindIndex(g => g.Id == gang.Id);
        var before = line.Take(Math.Max(place, 0)).Select(g => g.Title).Distinct().ToList();
        return place < 0 ? "it grows when there is room to spare"
            : place == 0 ? $"it is the first of {line.Count} that {(line.Count == 1 ? "waits" : "wait")} in queue {gang.Queue} (order {waiting.Name})"
            : string.Create(CultureInfo.InvariantCulture, $"it is number {place + 1} of {line.Count} that wait in queue {gang.Queue} (order {waiting.Name}), behind {string.Join(", ", before.Take(MostNamed))}{(before.Count > MostNamed ? $" and {before.Count - MostNamed} more" : "")}");
    }

    private string Standing(string queue)
    {
        var (spec, held) = (state.Indexes.Queues.Spec(queue), state.Indexes.Queues.Held(queue));
        var (resource, share) = held.DominantResource(state.Indexes.Capacity);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"queue {queue} holds {Amounts(held.Amount)}{Bound("guaranteed", spec.Guarantee)}{Bound("limit", spec.Limit)}; that is {share:P1} of all {resource}, weight {spec.Weight:0.###}");
    }

    private static string Bound(string word, ResourceAmounts? amounts) => amounts is null ? "" : $", {word} {string.Join(" and ", Named(amounts))}";

    private static IEnumerable<string> Named(ResourceAmounts amounts) =>
    [
        .. amounts.Gpu is { } gpu ? new[] { $"{gpu} GPUs" } : [],
        .. amounts.GpuModels.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Value} {m.Key}"),
        .. amounts.Cpu is { } cpu ? new[] { $"{cpu} CPUs" } : [],
        .. amounts.Memory is { } memory ? new[] { $"{memory} memory" } : [],
    ];

    private static string Amounts(Amount amount) => $"{new Gpu(amount.GpuMilli)} GPUs and {new Cpu(amount.CpuMilli)} CPUs";

    private string Preemption(Gang gang)
    {
        if (gang.IsExtra)
        {
            return "nothing is stopped for work above the least number of an elastic role";
        }

        var victims = preemptor.Find(gang);
        return victims.Count > 0
            ? $"room can be made for it: {string.Join(", ", victims.Take(MostNamed).Select(v => v.Id))}{(victims.Count > MostNamed ? $" and {victims.Count - MostNamed} more" : "")} would be stopped"
            : preemptor.IsGuaranteed(gang)
                ? $"queue {gang.Queue} is within its guarantee, but stopping what others borrowed would not make enough room"
                : "nothing may be stopped for it: nothing of lower priority in its queue makes enough room, and it is not within what its queue is guaranteed";
    }

    // What the user could ask for instead, that would fit now.
    private IEnumerable<string> Helps(Gang gang)
    {
        var fits = Enumerable.Range(1, gang.Members.Count - 1).Reverse().FirstOrDefault(n => trial.Run(gang, [.. gang.Members.Take(n)]).Placements is not null);
        if (fits > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{fits} of its {gang.Members.Count} tasks would fit now: with replicas: {{min: {fits}, max: {gang.Members.Count}}} it could start with those and grow");
        }

        foreach (var (what, template) in Variants(gang.First.Spec.Template))
        {
            if (trial.WouldFit(gang, template))
            {
                yield return $"it would fit now {what}";
            }
        }
    }

    private static IEnumerable<(string What, TaskTemplate Template)> Variants(TaskTemplate template)
    {
        var resources = template.Resources;
        if (resources.GpuModels.Count > 0)
        {
            yield return ("with GPUs of any model", template with { Resources = resources with { GpuModels = [] } });
        }

        if (template.NodeSelector.Count > 0)
        {
            yield return ("without its node selector", template with { NodeSelector = new Dictionary<string, string>() });
        }

        if (template.Affinity.Any(a => a.Required))
        {
            yield return ("without its required affinity", template with { Affinity = [] });
        }

        if (resources.Cpu.Milli > 0)
        {
            yield return ($"with half the CPUs ({new Cpu(resources.Cpu.Milli / 2)})", template with { Resources = resources with { Cpu = new(resources.Cpu.Milli / 2) } });
        }

        if (resources.Memory.Value > 0)
        {
            yield return ($"with half the memory ({new Bytes(resources.Memory.Value / 2)})", template with { Resources = resources with { Memory = new(resources.Memory.Value / 2) } });
        }
    }
}
