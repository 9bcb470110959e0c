using System.Globalization;

namespace Datahall.Energy.Metrics;

/// <summary>Where the energy of the IT equipment is measured for a PUE.</summary>
public enum PueCategory
{
    /// <summary>Category 1: at the UPS output. What PDUs and rack feeds lose counts as IT.</summary>
    UpsOutput = 1,

    /// <summary>Category 2: at the PDU output. What rack feeds lose counts as IT.</summary>
    PduOutput = 2,

    /// <summary>Category 3: at the input of the IT equipment.</summary>
    ItInput = 3,
}

/// <summary>The metrics of ISO/IEC 30134 (EN 50600-4), The Green Grid and the EE HPC Working Group, over energy and an interval.</summary>
/// <remarks>
/// Each takes the energy of a whole interval, never a momentary power; the standards ask for a year, and a report must say its interval. An account that
/// contradicts itself has no metric, and the <see cref="Metric"/> says why.
/// </remarks>
public static class EnergyMetrics
{
    private const double JoulesPerKilowattHour = 3.6e6;

    /// <summary>PUE = total / IT, 1 or more. Source: ISO/IEC 30134-2.</summary>
    public static Metric Pue(in EnergyAccount account, PueCategory category = PueCategory.ItInput) => Ratio(account, account.Total, ItAt(account, category), "IT energy");

    /// <summary>DCiE = 1 / PUE, above 0 to 1. Source: The Green Grid, white paper 49.</summary>
    public static Metric Dcie(in EnergyAccount account) => Ratio(account, account.It, account.Total, "total energy");

    /// <summary>Partial PUE of a part of the infrastructure: (IT + part) / IT. Source: The Green Grid, white paper 49.</summary>
    /// <param name="account">The energy.</param>
    /// <param name="subsystem">The energy of the part, in joules, such as <see cref="EnergyAccount.Cooling"/>.</param>
    public static Metric PartialPue(in EnergyAccount account, double subsystem) =>
        subsystem >= 0 && double.IsFinite(subsystem)
            ? Ratio(account, account.It + subsystem, account.It, "IT energy")
            : Metric.Undefined(Text($"the part's energy is {subsystem} J; it must be 0 or more"));

    /// <summary>ERE = (total − reused) / IT; may be below 1. Source: The Green Grid, white paper 29.</summary>
    public static Metric Ere(in EnergyAccount account) => Ratio(account, account.Total - account.Reused, account.It, "IT energy");

    /// <summary>ERF = reused / total, from 0. Source: ISO/IEC 30134-6.</summary>
    public static Metric Erf(in EnergyAccount account) => Ratio(account, account.Reused, account.Total, "total energy");

    /// <summary>REF = renewable / total, from 0 to 1. Source: ISO/IEC 30134-3.</summary>
    public static Metric Ref(in EnergyAccount account) =>
        account.Renewable > account.Total * (1 + 1e-9)
            ? Metric.Undefined(Text($"the renewable energy, {account.Renewable:0} J, is more than all energy, {account.Total:0} J"))
            : Ratio(account, account.Renewable, account.Total, "total energy");

    /// <summary>CUE = emissions / IT, in kg CO2e per kWh. Source: ISO/IEC 30134-8.</summary>
    public static Metric Cue(in EnergyAccount account) => Ratio(account, account.CarbonGrams / 1000, account.It / JoulesPerKilowattHour, "IT energy");

    /// <summary>WUE = water / IT, in litres per kWh. Source: ISO/IEC 30134-9, category 1.</summary>
    public static Metric Wue(in EnergyAccount account) => Ratio(account, account.WaterLitres, account.It / JoulesPerKilowattHour, "IT energy");

    /// <summary>ITUE = IT / compute: the PUE inside the servers, with fans and power supplies as overhead. Source: Patterson et al., TUE, ISC 2013 (EE HPC WG).</summary>
    public static Metric Itue(in EnergyAccount account) => Ratio(account, account.It, account.Compute, "compute energy");

    /// <summary>TUE = ITUE · PUE = total / compute. Unlike PUE it does not rise when servers' fans save energy. Source: as <see cref="Itue"/>.</summary>
    public static Metric Tue(in EnergyAccount account) => Ratio(account, account.Total, account.Compute, "compute energy");

    /// <summary>CER = heat removed / energy of the cooling. Source: ISO/IEC 30134-7.</summary>
    public static Metric Cer(in EnergyAccount account) => Ratio(account, account.HeatRemoved, account.Cooling, "cooling energy");

    private static double ItAt(in EnergyAccount account, PueCategory category) =>
        account.It
        + (category is PueCategory.ItInput ? 0 : account.RackLoss)
        + (category is PueCategory.UpsOutput ? account.PduLoss : 0);

    private static Metric Ratio(in EnergyAccount account, double above, double below, string what)
    {
        if (Contradiction(account) is { } reason)
        {
            return Metric.Undefined(reason);
        }

        return below > 0 ? Metric.Of(above / below) : Metric.Undefined($"the {what} of the interval is 0: nothing ran, or it was not measured");
    }

    private static string? Contradiction(in EnergyAccount a)
    {
        if (!(a.Seconds > 0) || !double.IsFinite(a.Seconds))
        {
            return Text($"the interval is {a.Seconds} s; it must be longer than 0");
        }

        ReadOnlySpan<(string Name, double Value)> parts =
        [
            ("compute energy", a.Compute), ("energy of server fans", a.ServerFans), ("loss of power supplies", a.SupplyLoss),
            ("loss of rack feeds", a.RackLoss), ("loss of PDUs", a.PduLoss), ("loss of the UPS", a.UpsLoss), ("energy of unit fans", a.UnitFans),
            ("energy of compressors", a.Compressors), ("energy of tower fans", a.TowerFans), ("energy of pumps", a.Pumps), ("other energy", a.Other),
            ("heat removed", a.HeatRemoved), ("heat reused", a.Reused), ("renewable energy", a.Renewable), ("water", a.WaterLitres), ("carbon", a.CarbonGrams),
        ];
        foreach (var (name, value) in parts)
        {
            if (!(value >= 0) || !double.IsFinite(value))
            {
                return Text($"the {name} is {value}; it must be 0 or more: look for a meter that was reset or a sensor that fails");
            }
        }

        return null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
