using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Supply;

namespace Datahall.Energy.Prices;

/// <summary>A facility under given loads, settled: what it draws, what one more watt costs where, and what moving load would save.</summary>
/// <remarks>Keeps a state of its own, so that asking changes nothing outside. For one caller.</remarks>
public sealed class OperatingPoint
{
    // Exhaust that speeds fans up feeds back weakly: a tenth each round at most.
    private const int MostRounds = 100;
    private const double Settled = 1e-9;

    private readonly FacilityModel facility;
    private readonly FacilityState state;
    private readonly OutdoorAir outdoor;
    private readonly SupplyRule rule;
    private readonly SupplyBounds bounds;

    /// <summary>Settles a facility.</summary>
    /// <param name="facility">The facility.</param>
    /// <param name="loads">Whose loads are taken over.</param>
    /// <param name="outdoor">The air outside.</param>
    /// <param name="rule">What happens to the supply when loads change.</param>
    /// <param name="bounds">Its supply: where it stands (<see cref="SupplyBounds.Safe"/>) when fixed; between which temperatures and how far below the inlets' limits when not.</param>
    /// <exception cref="InvalidOperationException">The inlets do not settle.</exception>
    public OperatingPoint(FacilityModel facility, FacilityState loads, OutdoorAir outdoor, SupplyRule rule, SupplyBounds bounds)
    {
        (this.facility, this.outdoor, this.rule, this.bounds) = (facility, outdoor, rule, bounds);
        (state, SupplyCelsius) = (facility.NewState(bounds.Safe), bounds.Safe);
        state.LoadAs(loads);
        Settle();
    }

    /// <summary>The same facility under the same loads, to be changed apart.</summary>
    public OperatingPoint Copy() => new(facility, state, outdoor, rule, bounds with { Safe = SupplyCelsius });

    /// <summary>The inlets, in °C. Shape [racks].</summary>
    public ReadOnlySpan<double> Inlets => state.Inlet;

    /// <summary>What the facility draws, by part.</summary>
    public FacilityPower Power { get; private set; }

    /// <summary>How many blocks of servers there are.</summary>
    public int Blocks => facility.Blocks.Count;

    /// <summary>What the whole facility draws, in watts.</summary>
    public double Watts => Power.Total;

    /// <summary>The supplied air, in °C.</summary>
    public double SupplyCelsius { get; private set; }

    /// <summary>What one more watt on a server's boards costs, as <see cref="EnergyPrices.Compute"/> has it.</summary>
    /// <param name="stepWatts">How much more is to be drawn in one place, in watts.</param>
    /// <param name="prices">Receives W/W. Shape [blocks].</param>
    public void Prices(double stepWatts, Span<double> prices) => EnergyPrices.Compute(
        facility, state, SupplyCelsius, outdoor, Follows ? SupplyRule.HottestInlet : SupplyRule.Fixed, stepWatts, prices);

    /// <summary>Adds load to the boards of a block of servers, evenly over those awake, and settles.</summary>
    /// <param name="block">The block.</param>
    /// <param name="watts">How much more; below 0: less.</param>
    public void Add(int block, double watts)
    {
        state.Compute[block] += watts / Math.Max(1, state.Awake[block]);
        Settle();
    }

    /// <summary>What the facility would draw less if load were elsewhere, in watts; below 0: more. Nothing changes.</summary>
    /// <param name="from">The block that it leaves.</param>
    /// <param name="to">The block that it goes to.</param>
    /// <param name="watts">How much.</param>
    public double Saving(int from, int to, double watts)
    {
        var (before, supply, down, up) = (Watts, SupplyCelsius, state.Compute[from], state.Compute[to]);
        state.Compute[from] -= watts / Math.Max(1, state.Awake[from]);
        state.Compute[to] += watts / Math.Max(1, state.Awake[to]);
        Settle();
        var saving = before - Watts;
        (state.Compute[from], state.Compute[to], SupplyCelsius) = (down, up, supply);
        Settle();
        return saving;
    }

    // At a bound it stays there, however much more heat there is.
    private bool Follows => rule is SupplyRule.HottestInlet && SupplyCelsius > bounds.Lowest && SupplyCelsius < bounds.Highest;

    private void Settle()
    {
        Power = facility.Settle(state, SupplyCelsius, outdoor);
        for (var round = 0; rule is SupplyRule.HottestInlet && round < MostRounds; round++)
        {
            var warmest = Math.Clamp(facility.WarmestSupply(state) - bounds.Margin, bounds.Lowest, bounds.Highest);
            if (Math.Abs(warmest - SupplyCelsius) < Settled)
            {
                break;
            }

            SupplyCelsius = warmest;
            Power = facility.Settle(state, SupplyCelsius, outdoor);
        }
    }
}
