using Datahall.Energy.Fans;

namespace Datahall.Energy.Facility;

/// <summary>What changes in a facility: loads and temperatures. All arrays of a run live here, so that a step allocates nothing.</summary>
/// <remarks>For one caller at a time. Made by <see cref="FacilityModel.NewState"/>.</remarks>
public sealed class FacilityState
{
    internal FacilityState(int blocks, int racks, int feeds)
    {
        Utilisation = new double[blocks];
        Awake = new double[blocks];
        Compute = new double[blocks];
        (Transit, TransitWatts) = (new double[blocks], new double[blocks]);
        (PowerFactor, CapWatts) = (new double[blocks], new double[blocks]);
        (FanSpeed, FanCube, On) = (new double[blocks], new double[blocks], new double[racks]);
        Array.Fill(FanSpeed, double.NaN);
        (FeedShare, IsDark) = (new double[feeds], new bool[racks]);
        Array.Fill(FeedShare, 1);
        Inlet = new double[racks];
        (Heat, Draw, Rise, Load) = (new double[racks], new double[racks], new double[racks], new double[feeds]);
        (Scratch, Settled, Grid, LossHeat) = (new double[racks], new double[racks], new double[racks], new double[racks]);
        (ByInlet, HeatByInlet, HeatPrice) = (new double[racks], new double[racks], new double[racks]);
    }

    /// <summary>The utilisation of the awake servers of each block, from 0 to 1. Set before a step. Shape [blocks].</summary>
    public double[] Utilisation { get; }

    /// <summary>How many servers of each block are awake. Set before a step. Shape [blocks].</summary>
    public double[] Awake { get; }

    /// <summary>How many servers of each block go to sleep or wake. Set before a step. Shape [blocks].</summary>
    public double[] Transit { get; }

    /// <summary>What the boards of all those draw, in watts. Set before a step. Shape [blocks].</summary>
    public double[] TransitWatts { get; }

    /// <summary>What a power cap leaves of the boards' mean power, from 0 to 1; 1 without a cap. Set before a step. Shape [blocks].</summary>
    public double[] PowerFactor { get; }

    /// <summary>The cap of one server's boards, in watts; infinite without one. Set before a step. Shape [blocks].</summary>
    public double[] CapWatts { get; }

    /// <summary>The share of each feed's alike units that are in order, from 0 to 1. Set by <see cref="FacilityModel.SetFeeds"/>. Shape [feeds].</summary>
    public double[] FeedShare { get; }

    /// <summary>The racks that no power reaches: their servers draw nothing, and sleep nothing off. Set by <see cref="FacilityModel.SetFeeds"/>. Shape [racks].</summary>
    public bool[] IsDark { get; }

    /// <summary>What the boards of one awake server of each block drew in the last step, in watts. Shape [blocks].</summary>
    public double[] Compute { get; }

    /// <summary>The inlets, in °C. Shape [racks].</summary>
    public double[] Inlet { get; }

    /// <summary>How far the heat of the last step lifts each inlet over the supply, once settled, in kelvin. Shape [racks].</summary>
    public double[] Rise { get; }

    /// <summary>What each rack drew in the last step, in watts. Shape [racks].</summary>
    public double[] Draw { get; }

    /// <summary>What each feed carried in the last step, in watts. Shape [feeds].</summary>
    public double[] Load { get; }

    /// <summary>How the fans of the servers are run. Set before a step.</summary>
    public FanLaw Fans { get; set; }

    /// <summary>The speed of the fans of each block, when a controller outside runs them, from 0 to 1; NaN: by <see cref="Fans"/>, settled. Shape [blocks].</summary>
    public double[] FanSpeed { get; }

    /// <summary>The mean cube of that speed, for their power. Shape [blocks].</summary>
    public double[] FanCube { get; }

    // How many servers of each rack are awake or on their way.
    internal double[] On { get; }

    internal double[] Heat { get; }

    /// <summary>How far exhaust lifts every inlet because the units deliver less air than the servers draw, in kelvin.</summary>
    internal double Shortfall { get; set; }

    /// <summary>Takes over the loads and inlets of another state of the same facility, for a trial.</summary>
    public void LoadAs(FacilityState other)
    {
        Fans = other.Fans;
        other.Compute.CopyTo(Compute, 0);
        other.Awake.CopyTo(Awake, 0);
        other.Transit.CopyTo(Transit, 0);
        other.TransitWatts.CopyTo(TransitWatts, 0);
        other.Inlet.CopyTo(Inlet, 0);
    }

    internal double[] Scratch { get; }

    internal double[] Settled { get; }

    internal double[] Grid { get; }

    internal double[] LossHeat { get; }

    internal double[] ByInlet { get; }

    internal double[] HeatByInlet { get; }

    internal double[] HeatPrice { get; }
}
