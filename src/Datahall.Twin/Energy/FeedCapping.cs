using Datahall.Energy.Capping;
using Datahall.Energy.Facility;
using Datahall.Model;

namespace Datahall.Twin.Energy;

/// <summary>Keeps feeds, racks and the grid connection within what they may carry, by caps and by pausing work that may wait.</summary>
/// <remarks>
/// Each second the guard reads every feed; limits of racks hold always. When it acts, caps add up to what it allows by what the servers behind may draw. Then
/// more is allowed, slowly, while the measured load is below: work seldom draws all that its caps let it. A load that trips the guard again takes that back
/// at once. A new division holds after the devices' lag. Paused work is done later, on servers that are not wholly busy. A request of the grid for less is
/// a budget of the grid connection for its time.
/// </remarks>
internal sealed class FeedCapping
{
    private const double ControlSeconds = 10; // While there are caps.
    private const double Aim = 0.985; // Of the target.
    private const double RaisePerSecond = 0.02; // Of what is missing.

    private readonly FacilityModel facility;
    private readonly FeedClaims claims;
    private readonly CappingRule rule;
    private readonly double siteLimit;
    private readonly bool limitsRacks;
    private readonly BreakerGuard guard;
    private readonly TreeCapping tree;
    private readonly CappedWork work;
    private readonly double[] budget; // Of the feeds, then of the grid connection.
    private readonly double[] measured;
    private readonly double[] allowed;
    private readonly double[] extra; // Beyond what is aimed at, for what capped work does not draw of its caps.
    private readonly Queue<(double Due, TreeCap[] Caps)> decided = new();
    private TreeCap[] latest;
    private TreeCap[] caps;
    private double now;
    private bool isSteering;
    private bool wasCapping;

    public FeedCapping(FacilityModel facility, ScenarioLoad load, CappingRule rule, Watts? siteLimit)
    {
        (this.facility, this.rule, this.siteLimit) = (facility, rule, siteLimit?.Value ?? double.PositiveInfinity);
        limitsRacks = facility.Racks.Any(static rack => double.IsFinite(rack.PowerLimitWatts));
        claims = new(facility, load, rule.When is CappingTime.Always);
        (tree, work) = (new(facility), new(facility, claims));
        var feeds = facility.FeedNames.Count;
        guard = new(feeds + 1, new() { Trip = rule.Trip, Target = rule.Target, Release = rule.Release, HoldSeconds = rule.Hold.Milliseconds / 1000.0 });
        (budget, measured, allowed, extra) = (new double[feeds + 1], new double[feeds + 1], new double[feeds + 1], new double[feeds + 1]);
        (latest, caps) = (new TreeCap[facility.Blocks.Count], new TreeCap[facility.Blocks.Count]);
        Array.Fill(caps, TreeCap.None);
        Array.Fill(latest, TreeCap.None);
        Array.Fill(allowed, double.PositiveInfinity);
    }

    /// <summary>The share of the work that caps cost so far, from 0 to 1.</summary>
    public double LostShare => work.LostShare;

    /// <summary>The share of the work that was paused so far, from 0 to 1.</summary>
    public double PausedShare => work.PausedShare;

    /// <summary>The share of the work that was paused and is not done yet, from 0 to 1.</summary>
    public double OwedShare => work.OwedShare;

    /// <summary>How long there were caps, in seconds.</summary>
    public double CappedSeconds { get; private set; }

    /// <summary>The most by which the floor of all work still exceeded what a feed may carry, in watts.</summary>
    public double MostExcess { get; private set; }

    /// <summary>How much of a step to take next, in seconds: one while something changes, for the guard acts each second.</summary>
    /// <param name="left">What is left of the step, in seconds.</param>
    /// <param name="isFirst">Whether the step just began: its load may have jumped.</param>
    public double Part(double left, bool isFirst) => Math.Min(left, isFirst || decided.Count > 0 ? 1 : isSteering ? ControlSeconds : left);

    /// <summary>Begins a step: keeps the load that is wanted.</summary>
    public void Begin(FacilityState state)
    {
        work.Want(state);
        if (now == 0 && (rule.When is CappingTime.Always || limitsRacks))
        {
            // What holds always holds before the first second.
            if (rule.When is CappingTime.Always)
            {
                Budget(state, default, double.PositiveInfinity);
                budget.CopyTo(allowed, 0);
            }

            Divide(state);
            caps = latest;
            decided.Clear();
        }
    }

    /// <summary>How much work a block does in a second, 1 without caps.</summary>
    public double Rate(int block) => work.Rate(block, caps[block]);

    /// <summary>Sets the caps that hold now.</summary>
    public void Apply(FacilityState state, double seconds)
    {
        while (decided.TryPeek(out var next) && next.Due <= now + 1e-9)
        {
            caps = decided.Dequeue().Caps;
        }

        work.Apply(state, caps, seconds);
        CappedSeconds += Array.Exists(caps, static cap => cap != TreeCap.None) ? seconds : 0;
    }

    /// <summary>Reads the meters, and decides.</summary>
    /// <param name="state">The facility after a part of a step.</param>
    /// <param name="power">What it drew.</param>
    /// <param name="targetWatts">What the grid allows now, in watts; infinite without a request.</param>
    /// <param name="seconds">The part, in seconds.</param>
    public void Observe(FacilityState state, in FacilityPower power, double targetWatts, double seconds)
    {
        now += seconds;
        Budget(state, power, targetWatts);
        claims.Update(state, work.Wanted);
        state.Load.CopyTo(measured, 0);
        measured[^1] = power.Total - power.Plant.Total - power.Other;
        if (rule.When is CappingTime.Always)
        {
            budget.CopyTo(allowed, 0);
        }
        else
        {
            guard.Step(budget, measured, claims.Uncapped, claims.Most, seconds, allowed);
        }

        Steer(power, targetWatts, seconds);
        var isCapping = limitsRacks || Array.Exists(allowed, double.IsFinite);
        if (isCapping || wasCapping)
        {
            Divide(state);
        }

        wasCapping = isCapping;
    }

    private void Budget(FacilityState state, in FacilityPower power, double targetWatts)
    {
        for (var feed = 0; feed < budget.Length - 1; feed++)
        {
            budget[feed] = facility.FeedRating(state, feed);
        }

        // What the plant draws is drawn from the grid too, and follows the servers only slowly.
        budget[^1] = Math.Max(0, Math.Min(siteLimit, targetWatts) - power.Plant.Total - power.Other);
    }

    // Work draws less than its caps may add up to: so much more is allowed, a little each second, and at once less when it was too much.
    private void Steer(in FacilityPower power, double targetWatts, double seconds)
    {
        isSteering = false;
        for (var i = 0; i < allowed.Length; i++)
        {
            var isAsked = i == allowed.Length - 1 && double.IsFinite(targetWatts);
            if (!isAsked && (rule.When is CappingTime.Always || !double.IsFinite(allowed[i])))
            {
                extra[i] = 0;
                continue;
            }

            isSteering = true;
            var aim = isAsked ? Math.Max(0, Math.Min(siteLimit, Aim * targetWatts) - power.Plant.Total - power.Other) : allowed[i];
            var missing = aim - measured[i];
            var raised = extra[i] + (missing > 0 ? missing * Math.Min(1, RaisePerSecond * seconds) : missing);
            var hasTripped = !isAsked && measured[i] > rule.Trip * budget[i];
            extra[i] = hasTripped ? 0 : Math.Clamp(raised, 0, Math.Max(0, claims.Most[i] - aim));
            allowed[i] = aim + extra[i];
        }
    }

    private void Divide(FacilityState state)
    {
        claims.Update(state, work.Wanted);
        var next = new TreeCap[caps.Length];
        MostExcess = Math.Max(MostExcess, tree.Divide(claims.Loads, new(allowed.AsSpan(0, allowed.Length - 1), allowed[^1]), state.FeedShare, next));
        if (!next.AsSpan().SequenceEqual(latest))
        {
            decided.Enqueue((now + (rule.Lag.Milliseconds / 1000.0), next));
            latest = next;
        }
    }
}
