using Datahall.Energy.Capping;
using Datahall.Energy.Facility;
using Datahall.Model;

namespace Datahall.Twin.Energy;

/// <summary>Keeps the boards of all servers within a limit, and counts the work that this costs.</summary>
/// <remarks>
/// What may be drawn is what counts, not what is drawn: a group that works claims its rated power, so that no second of a step exceeds the limit while devices
/// keep their caps. Idle groups claim their idle power.
/// </remarks>
internal sealed class PowerCaps
{
    private readonly FacilityModel facility;
    private readonly ScenarioLoad load;
    private readonly double limit;
    private readonly CapLoad[] claims; // By group; the last is that of the blocks in none.
    private readonly double[] caps;
    private double wanted;
    private double lost;
    private double unserved;

    public PowerCaps(FacilityModel facility, ScenarioLoad load, Watts? limit)
    {
        (this.facility, this.load, this.limit) = (facility, load, limit?.Value ?? double.PositiveInfinity);
        (claims, caps) = (new CapLoad[load.Groups.Count + 1], new double[load.Groups.Count + 1]);
        Array.Fill(caps, 1);
    }

    /// <summary>The share of the work that caps cost so far, from 0 to 1.</summary>
    public double LostShare => wanted > 0 ? lost / wanted : 0;

    /// <summary>The share of the work that nobody awake could serve, from 0 to 1.</summary>
    public double UnservedShare => wanted > 0 ? unserved / wanted : 0;

    /// <summary>The most by which the lowest caps still exceeded the limit, in watts.</summary>
    public double MostExcess { get; private set; }

    /// <summary>How much work a block does in a second under its cap, 1 without.</summary>
    public double Rate(int block) => load.GroupOfBlock[block] is >= 0 and var group ? RateOf(group) : 1;

    private double RateOf(int group) => caps[group] < 1 ? 1 / claims[group].Response!.Time(caps[group]) : 1;

    /// <summary>Divides the limit among the groups that work now.</summary>
    public void Divide(FacilityState state)
    {
        if (double.IsInfinity(limit))
        {
            return;
        }

        Claim(state);
        MostExcess = Math.Max(MostExcess, CapDivision.Divide(claims, limit, caps));
        for (var i = 0; i < facility.Blocks.Count; i++)
        {
            var (power, group) = (facility.Blocks[i].Type.Power, load.GroupOfBlock[i]);
            var isCapped = group >= 0 && caps[group] < 1;
            state.PowerFactor[i] = isCapped ? claims[group].Response!.Power(caps[group]) : 1;
            state.CapWatts[i] = isCapped ? Math.Max(power.IdleWatts, caps[group] * power.MaxWatts) : double.PositiveInfinity;
        }
    }

    /// <summary>Counts the work of a step.</summary>
    /// <param name="state">Who worked, and how busy.</param>
    /// <param name="unservedWatts">The work that nobody awake could serve, in watts of rated power.</param>
    /// <param name="seconds">The step, in seconds.</param>
    public void Count(FacilityState state, double unservedWatts, double seconds)
    {
        wanted += unservedWatts * seconds;
        unserved += unservedWatts * seconds;
        for (var i = 0; i < facility.Blocks.Count; i++)
        {
            var work = state.Utilisation[i] * state.Awake[i] * facility.Blocks[i].Type.Power.MaxWatts * seconds;
            wanted += work;
            lost += load.GroupOfBlock[i] is >= 0 and var group && caps[group] < 1 ? work * (1 - RateOf(group)) : 0;
        }
    }

    private void Claim(FacilityState state)
    {
        for (var group = 0; group < claims.Length; group++)
        {
            claims[group] = group < load.Groups.Count ? new(0, load.Groups[group].Priority, ResponseOf(load.Groups[group].Caps)) : default;
        }

        for (var i = 0; i < facility.Blocks.Count; i++)
        {
            var (block, group) = (facility.Blocks[i], load.GroupOfBlock[i] >= 0 ? load.GroupOfBlock[i] : load.Groups.Count);
            var watts = (state.Awake[i] * (state.Utilisation[i] > 0 ? block.Type.Power.MaxWatts : block.Type.Power.IdleWatts)) + state.TransitWatts[i];
            claims[group] = claims[group] with { RatedWatts = claims[group].RatedWatts + watts };
        }
    }

    /// <summary>The measured response of a table; null: it cannot be capped.</summary>
    public static CapResponse? ResponseOf(CapTable? table) => table switch
    {
        CapTable.V100 => CapResponse.V100,
        CapTable.A40 => CapResponse.A40,
        CapTable.Rtx6000 => CapResponse.Rtx6000,
        CapTable.P100 => CapResponse.P100,
        _ => null,
    };
}
