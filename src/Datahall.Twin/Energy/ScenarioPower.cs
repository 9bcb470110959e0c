using Datahall.Energy.Facility;
using Datahall.Model;
using Datahall.Twin.Traces;

namespace Datahall.Twin.Energy;

/// <summary>The power side of one run: feeds that fail, what guards them, and what the grid asks for.</summary>
internal sealed class ScenarioPower
{
    private readonly FeedFaults faults;
    private readonly DemandResponses asked;
    private readonly FeedCapping? guard;

    /// <exception cref="TraceException">A fault names a feed that is not there, or more units than it has.</exception>
    public ScenarioPower(FacilityModel facility, ScenarioLoad load, SiteSpec site, ScenarioSpec spec, ScenarioPolicy policy)
    {
        (faults, asked) = (new(facility, site, spec.Faults), new(spec.DemandResponse));
        guard = policy.Capping is { } rule ? new(facility, load, rule, site.PowerLimit) : null;
    }

    /// <summary>Lets feeds fail, and come back.</summary>
    /// <returns>The work that servers without power do not serve, in watts of rated power.</returns>
    public double Fail(FacilityState state, double seconds) => faults.Apply(state, seconds);

    /// <summary>Begins a step whose load is set, with the caps of others.</summary>
    public void Begin(FacilityState state) => guard?.Begin(state);

    /// <summary>How much work a block does in a second, 1 without caps; 0 without power.</summary>
    public double Rate(int block) => !faults.Serves(block) ? 0 : guard?.Rate(block) ?? 1;

    /// <summary>How much of a step to take next, with the caps that hold for it set.</summary>
    /// <param name="state">The facility; changed.</param>
    /// <param name="left">What is left of the step, in seconds.</param>
    /// <param name="isFirst">Whether the step just began.</param>
    public double Part(FacilityState state, double left, bool isFirst)
    {
        if (guard is null)
        {
            return left;
        }

        var part = guard.Part(left, isFirst);
        guard.Apply(state, part);
        return part;
    }

    /// <summary>Takes what was drawn in a part of a step.</summary>
    /// <param name="state">The facility after it.</param>
    /// <param name="power">What it drew.</param>
    /// <param name="from">When it began, in seconds from the start.</param>
    /// <param name="seconds">How long it was, in seconds.</param>
    public void Observe(FacilityState state, in FacilityPower power, double from, double seconds)
    {
        guard?.Observe(state, power, asked.TargetWatts(from), seconds);
        asked.Count(power.Total, from, seconds);
    }

    /// <summary>Adds what came of it.</summary>
    public ScenarioRun Into(ScenarioRun run) => guard is null ? run with { DemandResponses = asked.Report() } : run with
    {
        DemandResponses = asked.Report(),
        WorkLostShare = run.WorkLostShare + guard.LostShare,
        FeedExcessWatts = guard.MostExcess,
        CappedSeconds = guard.CappedSeconds,
        WorkPausedShare = guard.PausedShare,
        WorkOwedShare = guard.OwedShare,
    };
}
