using Datahall.Energy.Air;
using Datahall.Energy.Cooling;
using Datahall.Energy.Curves;
using Datahall.Energy.Servers;
using Datahall.Energy.Supply;

namespace Datahall.Energy.Facility;

/// <summary>Alike servers of one rack that share their load.</summary>
/// <param name="Hall">The hall.</param>
/// <param name="Rack">The rack.</param>
/// <param name="RackIndex">The rack's index in <see cref="FacilityModel.Racks"/>.</param>
/// <param name="Type">What they are.</param>
/// <param name="Count">How many.</param>
public sealed record ServerBlock(string Hall, string Rack, int RackIndex, ServerType Type, int Count);

/// <summary>A rack.</summary>
/// <param name="Hall">The hall.</param>
/// <param name="Name">The name, unique in the hall.</param>
/// <param name="InletMaxCelsius">The warmest inlet that every server in it takes, in °C.</param>
/// <param name="PowerLimitWatts">What may be drawn in it, in watts; infinite without a limit.</param>
public sealed record FacilityRack(string Hall, string Name, double InletMaxCelsius, double PowerLimitWatts = double.PositiveInfinity);

/// <summary>A site's physics in one piece: servers, air, feeds and plant, vectorised over blocks of servers and over racks.</summary>
/// <remarks>
/// Immutable; states are apart. One step costs O(blocks + Σ racks² of each hall) and allocates nothing. Halls share plant and supply temperature; their air
/// does not mix.
/// </remarks>
public sealed class FacilityModel
{
    /// <summary>How fast inlets follow heat and supply, in seconds: the air and the metal of a hall (5 to 15 minutes; an engineering default).</summary>
    public const double InletSeconds = 300;

    /// <summary>The warmest inlet of a rack whose servers are all off, in °C: ASHRAE TC 9.9, A1 and A2, product power off (recalled).</summary>
    public const double PowerOffCelsius = 45;

    private const int MostRounds = 200;

    private readonly HallAir[] halls;
    private readonly double[] limits;
    private readonly double otherWatts;

    internal FacilityModel(IReadOnlyList<ServerBlock> blocks, IReadOnlyList<FacilityRack> racks, HallAir[] halls, FeedTree feeds, CoolingPlant plant, double otherWatts, AirEnvelope envelope)
    {
        (Blocks, Racks, this.halls, Feeds, Plant, this.otherWatts, Envelope) = (blocks, racks, halls, feeds, plant, otherWatts, envelope);
        limits = [.. racks.Select(static rack => rack.InletMaxCelsius)];
    }

    /// <summary>The servers.</summary>
    public IReadOnlyList<ServerBlock> Blocks { get; }

    /// <summary>The racks.</summary>
    public IReadOnlyList<FacilityRack> Racks { get; }

    /// <summary>The air that its servers may draw; the warmest inlets are in <see cref="InletLimits"/>.</summary>
    public AirEnvelope Envelope { get; }

    /// <summary>The plant.</summary>
    public CoolingPlant Plant { get; }

    /// <summary>The feeds' names, each behind the one before it. Shape [feeds].</summary>
    public IReadOnlyList<string> FeedNames => Feeds.Names;

    /// <summary>How much heat warms the halls' air by a kelvin, in J/K: the air that the units move within <see cref="InletSeconds"/>.</summary>
    public double HeatCapacity => Plant.Design.UnitFlow * AirStream.Density * AirStream.HeatCapacity * InletSeconds;

    internal FeedTree Feeds { get; }

    internal ReadOnlySpan<HallAir> Halls => halls;

    /// <summary>The warmest inlet that each rack takes, in °C. Shape [racks].</summary>
    public ReadOnlySpan<double> InletLimits => limits;

    /// <summary>A state with every server awake and idle and every inlet at a temperature.</summary>
    /// <param name="celsius">The inlets, in °C.</param>
    public FacilityState NewState(double celsius)
    {
        var state = new FacilityState(Blocks.Count, Racks.Count, Feeds.Count);
        for (var i = 0; i < Blocks.Count; i++)
        {
            (state.Awake[i], state.PowerFactor[i], state.CapWatts[i]) = (Blocks[i].Count, 1, double.PositiveInfinity);
        }

        Array.Fill(state.Inlet, celsius);
        return state;
    }

    /// <summary>Says which feeds are in order, and so which racks are dark.</summary>
    /// <param name="state">The state; changed.</param>
    /// <param name="shares">The share of each feed's alike units that are in order, from 0 to 1. Shape [feeds].</param>
    /// <exception cref="ArgumentException">The shares are not as many as the feeds.</exception>
    public void SetFeeds(FacilityState state, ReadOnlySpan<double> shares)
    {
        Require.SameLength(shares.Length, Feeds.Count, "shares and feeds");
        shares.CopyTo(state.FeedShare);
        for (var rack = 0; rack < Racks.Count; rack++)
        {
            state.IsDark[rack] = Feeds.IsDark(rack, shares);
        }
    }

    /// <summary>Takes utilisation and caps over into the boards' power.</summary>
    public void Compute(FacilityState state)
    {
        for (var i = 0; i < Blocks.Count; i++)
        {
            state.Compute[i] = Math.Min(Blocks[i].Type.Power.Watts(state.Utilisation[i]) * state.PowerFactor[i], state.CapWatts[i]);
        }
    }

    /// <summary>Computes the power at the state's inlets, then moves the inlets on.</summary>
    /// <param name="state">The loads and inlets; changed.</param>
    /// <param name="supplyCelsius">The supplied air, in °C.</param>
    /// <param name="outdoor">The air outside.</param>
    /// <param name="seconds">How long loads, supply and weather hold, in seconds.</param>
    /// <param name="chillersOut">How many chillers are out of order.</param>
    /// <param name="settings">What the plant is told besides the supply.</param>
    /// <param name="heatIsWanted">Whether others take the heat of the liquid loops.</param>
    /// <returns>The power during the step.</returns>
    public FacilityPower Step(
        FacilityState state, double supplyCelsius, OutdoorAir outdoor, double seconds, int chillersOut = 0, PlantSettings settings = default, bool heatIsWanted = true)
    {
        Compute(state);
        var power = Power(state, supplyCelsius, outdoor, chillersOut, settings, heatIsWanted);
        Settled(state, supplyCelsius);
        ThermalMass.Step(state.Inlet, state.Settled, seconds, InletSeconds);
        return power;
    }

    /// <summary>Lets the inlets settle for the boards' power in <see cref="FacilityState.Compute"/>, and computes the power then.</summary>
    /// <remarks>A fixed point: warm inlets speed fans up, whose heat warms inlets. It converges because a fan gives less heat than it takes away.</remarks>
    /// <param name="state">The loads and inlets; changed.</param>
    /// <param name="supplyCelsius">The supplied air, in °C.</param>
    /// <param name="outdoor">The air outside.</param>
    /// <param name="settings">What the plant is told besides the supply.</param>
    /// <param name="tolerance">The move of an inlet below which it has settled, in kelvin.</param>
    /// <param name="heatIsWanted">Whether others take the heat of the liquid loops.</param>
    /// <exception cref="InvalidOperationException">It does not settle: exhaust feeds back without end.</exception>
    public FacilityPower Settle(
        FacilityState state, double supplyCelsius, OutdoorAir outdoor, PlantSettings settings = default, double tolerance = 1e-11, bool heatIsWanted = true)
    {
        Array.Fill(state.FanSpeed, double.NaN); // Settled fans follow their law.
        for (var round = 0; round < MostRounds; round++)
        {
            var power = Power(state, supplyCelsius, outdoor, 0, settings, heatIsWanted);
            Settled(state, supplyCelsius);
            var moved = 0.0;
            for (var i = 0; i < state.Inlet.Length; i++)
            {
                moved = Math.Max(moved, Math.Abs(state.Settled[i] - state.Inlet[i]));
                state.Inlet[i] = state.Settled[i];
            }

            if (moved < tolerance)
            {
                return power;
            }
        }

        throw new InvalidOperationException("the inlets do not settle: recirculated heat and fans drive each other; check the recirculation matrix and the fans' speedPerKelvin");
    }

    /// <summary>The warmest supply at which no inlet would be above its limit with the heat of the last step, in °C.</summary>
    /// <param name="state">A state after a step.</param>
    public double WarmestSupply(FacilityState state)
    {
        var warmest = double.PositiveInfinity;
        for (var i = 0; i < limits.Length; i++)
        {
            warmest = Math.Min(warmest, Limit(state, i) - state.Rise[i]);
        }

        return warmest;
    }

    /// <summary>What all servers of a block draw at their inlets, those asleep or on the way among them, in watts.</summary>
    /// <param name="state">Who is awake, and the inlets.</param>
    /// <param name="block">The block.</param>
    /// <param name="boardWatts">What the boards of one awake server draw, in watts.</param>
    public double BlockWatts(FacilityState state, int block, double boardWatts)
    {
        var (there, inlet) = (Blocks[block], state.Inlet[Blocks[block].RackIndex]);
        if (state.IsDark[there.RackIndex])
        {
            return 0;
        }

        var transit = state.Transit[block];
        var between = transit > 0 ? transit * there.Type.Draw(state.TransitWatts[block] / transit, inlet).Wall : 0;
        var asleep = (there.Count - state.Awake[block] - transit) * (there.Type.Sleep?.SleepWatts ?? 0);
        return (state.Awake[block] * there.Type.Draw(boardWatts, inlet).Wall) + between + asleep;
    }

    /// <summary>Adds up what the feeds would carry, and what they would draw from the grid, their losses included.</summary>
    /// <param name="state">Which feeds are in order.</param>
    /// <param name="rackWatts">What each rack would draw, in watts. Shape [racks].</param>
    /// <param name="load">Receives each feed's load, in watts. Shape [feeds].</param>
    /// <returns>What they would draw from the grid, in watts.</returns>
    public double FeedLoads(FacilityState state, ReadOnlySpan<double> rackWatts, Span<double> load)
    {
        var sums = Feeds.Load(rackWatts, load, state.FeedShare);
        var racks = 0.0;
        foreach (var watts in rackWatts)
        {
            racks += watts;
        }

        return racks + sums.Ups + sums.Pdu + sums.Rack;
    }

    /// <summary>What the units of a feed that are in order may carry, in watts.</summary>
    /// <param name="state">Which are.</param>
    /// <param name="feed">The feed, as in <see cref="FeedNames"/>.</param>
    public double FeedRating(FacilityState state, int feed) => Feeds.LossOf(feed).RatingWatts * state.FeedShare[feed];

    internal FacilityPower Power(
        FacilityState state, double supplyCelsius, OutdoorAir outdoor, int chillersOut, PlantSettings settings = default, bool heatIsWanted = true)
    {
        state.Heat.AsSpan().Clear();
        state.Draw.AsSpan().Clear();
        state.On.AsSpan().Clear();
        double compute = 0, fans = 0, it = 0, liquid = 0, flow = 0;
        for (var i = 0; i < Blocks.Count; i++)
        {
            var block = Blocks[i];
            if (state.IsDark[block.RackIndex])
            {
                continue;
            }

            var (awake, watts) = (state.Awake[i], state.Compute[i] * LeakageFactor(block.Type.LiquidShare, settings));
            var draw = double.IsNaN(state.FanSpeed[i])
                ? block.Type.Draw(watts, state.Inlet[block.RackIndex], state.Fans)
                : block.Type.DrawAt(watts, state.FanSpeed[i], state.FanCube[i]);
            var transit = state.Transit[i];
            state.On[block.RackIndex] += awake + transit;
            var between = transit > 0 ? block.Type.Draw(state.TransitWatts[i] / transit, state.Inlet[block.RackIndex], state.Fans) : default;
            var asleep = (block.Count - awake - transit) * (block.Type.Sleep?.SleepWatts ?? 0);
            var wall = (awake * draw.Wall) + (transit * between.Wall) + asleep;
            var boards = (awake * watts) + state.TransitWatts[i];
            compute += boards;
            fans += (awake * draw.Fans) + (transit * between.Fans);
            it += wall;
            var intoLiquid = boards * block.Type.LiquidShare;
            liquid += intoLiquid;
            flow += (awake * draw.Flow) + (transit * between.Flow);
            state.Draw[block.RackIndex] += wall;
            state.Heat[block.RackIndex] += wall - intoLiquid;
        }

        var feeds = Feeds.Load(state.Draw, state.Load, state.FeedShare);
        var air = it - liquid + feeds.Pdu + feeds.Rack;
        state.Shortfall = Shortfall(air, flow, settings);
        return new()
        {
            Compute = compute,
            ServerFans = fans,
            SupplyLoss = it - compute - fans,
            Feeds = feeds,
            Plant = Plant.Power(new(air, liquid, supplyCelsius, flow, outdoor, chillersOut, settings, heatIsWanted)),
            Other = otherWatts,
            AirHeat = air,
            LiquidHeat = liquid,
            Flow = flow,
            WorstInlet = WorstInlet(state),
            ColdestInlet = Coldest(state.Inlet),
        };
    }

    private double Limit(FacilityState state, int rack) => state.On[rack] > 0 ? limits[rack] : Math.Max(limits[rack], PowerOffCelsius);

    private static double Coldest(ReadOnlySpan<double> values)
    {
        var least = double.PositiveInfinity;
        foreach (var value in values)
        {
            least = Math.Min(least, value);
        }

        return least;
    }

    // Chips behind warmer water leak more: the boards' rated power is that at the designed supply.
    private double LeakageFactor(double liquidShare, in PlantSettings settings) => liquidShare > 0 && settings.LiquidSupply is { } warm
        ? 1 + (liquidShare * (new Leakage(Leakage.Share, Plant.Design.LiquidSupply, Leakage.UsualPerKelvin).Watts(warm) - Leakage.Share))
        : 1;

    // Air that the units do not deliver the servers draw from their own exhaust: Tin = f·Tsupply + (1 − f)·(Tin + ΔT), so Tin = Tsupply + ΔT·(1 − f)/f.
    private double Shortfall(double air, double flow, in PlantSettings settings)
    {
        if (flow <= 0)
        {
            return 0;
        }

        var design = Plant.Design;
        var delivered = Math.Clamp(flow * (settings.FlowFactor ?? design.FlowFactor) / design.UnitFlow, design.LeastFlow, 1) * design.UnitFlow / flow;
        return delivered < 1 ? AirStream.Rise(air, flow) * (1 - delivered) / delivered : 0;
    }

    private double WorstInlet(FacilityState state)
    {
        var worst = double.NegativeInfinity;
        for (var i = 0; i < limits.Length; i++)
        {
            worst = Math.Max(worst, state.Inlet[i] - Limit(state, i));
        }

        return worst;
    }

    private void Settled(FacilityState state, double supplyCelsius)
    {
        foreach (var hall in halls)
        {
            hall.Matrix.Rises(state.Heat.AsSpan(hall.First, hall.Count), state.Rise.AsSpan(hall.First, hall.Count));
        }

        for (var i = 0; i < state.Settled.Length; i++)
        {
            state.Rise[i] += state.Shortfall;
            state.Settled[i] = supplyCelsius + state.Rise[i];
        }
    }
}

/// <summary>The air of one hall: its racks and how they warm each other.</summary>
/// <param name="First">The index of its first rack.</param>
/// <param name="Matrix">How they warm each other.</param>
internal readonly record struct HallAir(int First, RecirculationMatrix Matrix)
{
    public int Count => Matrix.Places;
}
