using Datahall.Energy.Capping;
using Datahall.Energy.Facility;

namespace Datahall.Twin.Energy;

/// <summary>What the servers behind each feed may draw, and would draw without caps.</summary>
internal sealed class FeedClaims
{
    private readonly FacilityModel facility;
    private readonly ScenarioLoad load;
    private readonly bool allWork; // Whether every server may begin to work at any second.
    private readonly TreeLoad[] loads;
    private readonly double[] rackMost;
    private readonly double[] rackUncapped;

    public FeedClaims(FacilityModel facility, ScenarioLoad load, bool allWork)
    {
        (this.facility, this.load, this.allWork) = (facility, load, allWork);
        loads = new TreeLoad[facility.Blocks.Count];
        (rackMost, rackUncapped) = (new double[facility.Racks.Count], new double[facility.Racks.Count]);
        (Most, Uncapped) = (new double[facility.FeedNames.Count + 1], new double[facility.FeedNames.Count + 1]);
    }

    /// <summary>By block.</summary>
    public ReadOnlySpan<TreeLoad> Loads => loads;

    /// <summary>What each feed, and last the grid connection, would carry at most, in watts.</summary>
    public double[] Most { get; }

    /// <summary>What each would carry now without caps, in watts.</summary>
    public double[] Uncapped { get; }

    /// <summary>What a cap does to the work of a block; null: it cannot be capped.</summary>
    public CapResponse? ResponseOf(int block) => load.GroupOfBlock[block] is >= 0 and var group ? PowerCaps.ResponseOf(load.Groups[group].Caps) : null;

    /// <summary>Computes them.</summary>
    /// <param name="state">Who is awake, and the inlets.</param>
    /// <param name="wanted">How busy the servers are without caps. Shape [blocks].</param>
    public void Update(FacilityState state, ReadOnlySpan<double> wanted)
    {
        rackMost.AsSpan().Clear();
        rackUncapped.AsSpan().Clear();
        for (var i = 0; i < loads.Length; i++)
        {
            loads[i] = Claim(state, i, wanted[i] > 0 || (allWork && load.GroupOfBlock[i] >= 0));
            rackMost[loads[i].Rack] += loads[i].RatedWatts;
            rackUncapped[loads[i].Rack] += facility.BlockWatts(state, i, facility.Blocks[i].Type.Power.Watts(wanted[i]));
        }

        Most[^1] = facility.FeedLoads(state, rackMost, Most.AsSpan(0, Most.Length - 1));
        Uncapped[^1] = facility.FeedLoads(state, rackUncapped, Uncapped.AsSpan(0, Uncapped.Length - 1));
    }

    private TreeLoad Claim(FacilityState state, int i, bool works)
    {
        var (block, group) = (facility.Blocks[i], load.GroupOfBlock[i]);
        var power = block.Type.Power;
        var idle = facility.BlockWatts(state, i, power.IdleWatts);
        if (!works)
        {
            return new(block.RackIndex, idle, idle, null, 0, null);
        }

        var rated = facility.BlockWatts(state, i, power.MaxWatts);
        var response = ResponseOf(i);
        var floor = response is { LowestCap: var lowest } ? facility.BlockWatts(state, i, Math.Max(power.IdleWatts, lowest * power.MaxWatts)) : rated;
        return new(block.RackIndex, rated, Math.Min(rated, floor), load.Groups[group].Deferrable ? Math.Min(idle, Math.Min(rated, floor)) : null, load.Groups[group].Priority, response);
    }
}
