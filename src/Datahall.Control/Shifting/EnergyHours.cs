using System.Globalization;
using Datahall.Control.Core;
using Datahall.Control.Placing;
using Datahall.Control.Tasks;
using Datahall.Energy.Shifting;
using Datahall.Model;

namespace Datahall.Control.Shifting;

/// <summary>Finds the hours in which a flexible job's energy is the cheapest or cleanest.</summary>
internal sealed class EnergyHours(CoreState state, RunTimes times)
{
    // What is assumed of a job of which nothing is known.
    private static readonly TimeSpan assumed = TimeSpan.FromHours(1);

    // Rates repeat each day: a longer run gains no more by its start, and its curve would be long.
    private static readonly TimeSpan longest = TimeSpan.FromDays(7);

    // What an interruption costs when the job does not say how often it saves its work.
    private static readonly TimeSpan usualInterval = TimeSpan.FromMinutes(5);

    /// <summary>The time for a job to run next, from the state of now.</summary>
    public EnergyPlan Find(Job job, FlexibleSpec flexible)
    {
        var length = times.Estimate(state.Indexes.TasksOf(job.Key)[0])?.Time ?? assumed;
        var latest = job.Created!.Value + flexible.Within.TimeSpan;
        var end = latest + length;
        if (job.Spec.Deadline is { } deadline && job.Created.Value + deadline.TimeSpan < end)
        {
            end = job.Created.Value + deadline.TimeSpan;
            latest = end - length;
        }

        if (RatesOf(flexible) is not { } rates)
        {
            return new(state.Now, null, null);
        }

        return flexible.Interruptible ? Runs(job, flexible, rates, length, end) : Window(flexible, rates, length, latest);
    }

    /// <summary>The rates that count for a job; null when its site is not known, or says nothing of them.</summary>
    public DayRates? RatesOf(FlexibleSpec flexible)
    {
        var site = flexible.Site is { } name ? state.Find<Site>(ResourceKinds.Site, name) : OnlySite();
        return site is null || DayRates.Of(site.Spec) is not { } rates || rates.Curve(flexible.Prefer, state.Now, longest) is null ? null : rates;
    }

    private Site? OnlySite()
    {
        var sites = state.All.OfType<Site>().Take(2).ToList();
        return sites.Count == 1 ? sites[0] : null;
    }

    private EnergyPlan Window(FlexibleSpec flexible, DayRates rates, TimeSpan length, DateTimeOffset latest)
    {
        var slack = latest - state.Now;
        length = length < longest ? length : longest;
        if (slack <= TimeSpan.Zero)
        {
            return new(state.Now, null, null);
        }

        var start = CheapestWindow.Start(rates.Curve(flexible.Prefer, state.Now, slack + length)!, length.TotalSeconds, slack.TotalSeconds);
        return start > 0 ? Wait(flexible, rates, [new(start, start + length.TotalSeconds)], length, latest) : new(state.Now, null, null);
    }

    private EnergyPlan Runs(Job job, FlexibleSpec flexible, DayRates rates, TimeSpan length, DateTimeOffset end)
    {
        var gangs = state.Indexes.TasksOf(job.Key).Where(static t => !t.HasEnded() && !t.Spec.Extra).Select(static t => t.GangId()).Distinct();
        var left = length.TotalSeconds - gangs.Select(id => times.Attained(state.Indexes.Gangs.Find(id)!)).DefaultIfEmpty().Min();
        var until = Math.Min((end - state.Now).TotalSeconds, (TimeSpan.FromDays(14) + longest).TotalSeconds);
        if (left <= 0 || until <= left)
        {
            return new(state.Now, null, null);
        }

        var interruption = (job.Spec.Checkpoint!.Interval?.TimeSpan ?? usualInterval).TotalSeconds;
        var curve = rates.Curve(flexible.Prefer, state.Now, TimeSpan.FromSeconds(until))!;
        var runs = CheapestRuns.Find(curve, left, curve.End, interruption);
        DateTimeOffset? pause = runs.Count > 1 ? After(runs[0].To) : null;
        return runs[0].From > 0 ? Wait(flexible, rates, runs, TimeSpan.FromSeconds(left), DateTimeOffset.MaxValue) with { PauseAt = pause } : new(state.Now, pause, null);
    }

    // Whole seconds, which is where the hours of clocks begin; and always later than now, so that time moves on.
    private DateTimeOffset After(double seconds)
    {
        var time = state.Now + TimeSpan.FromSeconds(seconds + 0.5);
        time = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
        return time > state.Now ? time : state.Now + TimeSpan.FromSeconds(1);
    }

    private EnergyPlan Wait(FlexibleSpec flexible, DayRates rates, IReadOnlyList<WorkSlot> runs, TimeSpan length, DateTimeOffset latest)
    {
        var start = After(runs[0].From) is var time && time < latest ? time : latest;
        var span = TimeSpan.FromSeconds(Math.Max(runs[^1].To, length.TotalSeconds) + 1);
        var gain = string.Join(" and ", new[]
        {
            Change(rates.Curve(EnergyPreference.Cost, state.Now, span), runs, length, "costs", "per kWh"),
            Change(rates.Curve(EnergyPreference.Carbon, state.Now, span), runs, length, "emits", "g per kWh"),
        }.OfType<string>());
        var word = flexible.Prefer switch { EnergyPreference.Cost => "cheaper", EnergyPreference.Carbon => "cleaner", _ => "cheaper and cleaner" };
        return new(start, null, $"waits until {Clock(rates, start)} for {word} energy: that of its {Duration.FromSeconds(Math.Round(length.TotalSeconds))} then {gain}");
    }

    private static string? Change(RateCurve? curve, IReadOnlyList<WorkSlot> runs, TimeSpan length, string verb, string unit)
    {
        if (curve is null)
        {
            return null;
        }

        var now = curve.Mean(0, length.TotalSeconds);
        var then = runs.Sum(run => curve.Mean(run.From, run.To) * (run.To - run.From)) / runs.Sum(static run => run.To - run.From);
        return now <= 0 || then < 0 ? string.Create(CultureInfo.InvariantCulture, $"{verb} {then:0.###} instead of {now:0.###} {unit}")
            : Math.Round(100 * (then - now) / now) is var percent && percent == 0 ? $"{verb} as much as now"
            : string.Create(CultureInfo.InvariantCulture, $"{verb} {Math.Abs(percent):0} % {(percent < 0 ? "less" : "more")} than now");
    }

    private string Clock(DayRates rates, DateTimeOffset time)
    {
        var (local, today) = (rates.Local(time), rates.Local(state.Now).Date);
        return local.ToString(local.Date == today ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + $" ({rates.Zone})";
    }
}

/// <summary>When a flexible job runs next.</summary>
/// <param name="Start">When; now: at once.</param>
/// <param name="PauseAt">When that run ends and the next ones are planned; null: it runs to its end.</param>
/// <param name="Reason">Why it waits, with what that saves; null: it does not wait.</param>
internal readonly record struct EnergyPlan(DateTimeOffset Start, DateTimeOffset? PauseAt, string? Reason);
