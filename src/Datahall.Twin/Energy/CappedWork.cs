using Datahall.Energy.Capping;
using Datahall.Energy.Facility;

namespace Datahall.Twin.Energy;

/// <summary>What caps and pauses do to the work of each block, and what is owed.</summary>
internal sealed class CappedWork(FacilityModel facility, FeedClaims claims)
{
    private readonly double[] wanted = new double[facility.Blocks.Count];
    private readonly double[] factor = new double[facility.Blocks.Count];
    private readonly double[] capWatts = new double[facility.Blocks.Count];
    private readonly double[] owed = new double[facility.Blocks.Count]; // In seconds of one wholly busy server.
    private double asked; // In joules of rated power, as all below.
    private double lost;
    private double paused;

    /// <summary>How busy the servers of each block would be without caps, from 0 to 1. Shape [blocks].</summary>
    public ReadOnlySpan<double> Wanted => wanted;

    public double LostShare => asked > 0 ? lost / asked : 0;

    public double PausedShare => asked > 0 ? paused / asked : 0;

    public double OwedShare => asked > 0 ? owed.Select((seconds, i) => seconds * facility.Blocks[i].Type.Power.MaxWatts).Sum() / asked : 0;

    /// <summary>Takes the load that is wanted, and the caps that others set.</summary>
    public void Want(FacilityState state)
    {
        state.Utilisation.CopyTo(wanted, 0);
        state.PowerFactor.CopyTo(factor, 0);
        state.CapWatts.CopyTo(capWatts, 0);
    }

    /// <summary>How much work a block does in a second under a cap, 1 without.</summary>
    public double Rate(int block, TreeCap cap) => cap.Running * (cap.Cap < 1 && claims.ResponseOf(block) is { } response ? 1 / response.Time(cap.Cap) : 1);

    /// <summary>Sets utilisation and caps for a part of a step, and counts its work.</summary>
    public void Apply(FacilityState state, ReadOnlySpan<TreeCap> caps, double seconds)
    {
        for (var i = 0; i < wanted.Length; i++)
        {
            var (power, cap) = (facility.Blocks[i].Type.Power, caps[i]);
            var response = cap.Cap < 1 ? claims.ResponseOf(i) : null;
            state.PowerFactor[i] = Math.Min(factor[i], response?.Power(cap.Cap) ?? 1);
            state.CapWatts[i] = Math.Min(capWatts[i], response is not null ? Math.Max(power.IdleWatts, cap.Cap * power.MaxWatts) : double.PositiveInfinity);
            var serverSeconds = state.Awake[i] * seconds;
            asked += wanted[i] * serverSeconds * power.MaxWatts;
            var done = (wanted[i] * cap.Running) + CatchUp(i, cap, serverSeconds);
            owed[i] += wanted[i] * (1 - cap.Running) * serverSeconds;
            paused += wanted[i] * (1 - cap.Running) * serverSeconds * power.MaxWatts;
            lost += response is not null ? done * serverSeconds * power.MaxWatts * (1 - (1 / response.Time(cap.Cap))) : 0;
            state.Utilisation[i] = done;
        }
    }

    // Owed work is done where a server is not wholly busy and nothing is capped: else it would only lengthen the shortage.
    private double CatchUp(int i, TreeCap cap, double serverSeconds)
    {
        if (owed[i] <= 0 || cap != TreeCap.None || serverSeconds <= 0)
        {
            return 0;
        }

        var share = Math.Min(1 - wanted[i], owed[i] / serverSeconds);
        owed[i] = Math.Max(0, owed[i] - (share * serverSeconds));
        return share;
    }
}
