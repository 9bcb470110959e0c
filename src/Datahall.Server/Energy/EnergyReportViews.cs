using Datahall.Energy.Metrics;

namespace Datahall.Server.Energy;

/// <summary>What energy was used in a period. What is not known is absent.</summary>
/// <param name="From">The first hour.</param>
/// <param name="To">The end of the last hour.</param>
/// <param name="TimeZone">In which these are written, and in which dates of the question were read.</param>
/// <param name="By">What the rows are.</param>
/// <param name="Rows">The rows, the most energy first.</param>
/// <param name="Sites">The sites, with their metrics.</param>
internal sealed record EnergyReportView(DateTimeOffset From, DateTimeOffset To, string TimeZone, string By, IReadOnlyList<EnergyRowView> Rows, IReadOnlyList<SiteEnergyView> Sites);

/// <summary>A row of a report.</summary>
/// <param name="Name">Whose: of a report by queue or site it may be empty, for what fell to no queue or site.</param>
/// <param name="Queue">The queue of a job or service.</param>
/// <param name="Site">The site of a node.</param>
/// <param name="ItKilowattHours">At the inlets of servers.</param>
/// <param name="MeasuredShare">How much of it meters measured, from 0 to 1.</param>
/// <param name="CoveredShare">How much of it the figures after this are of, from 0 to 1.</param>
/// <param name="FacilityKilowattHours">At the grid.</param>
/// <param name="CoolingKilowattHours">The part of it that cooling drew.</param>
/// <param name="Cost">What it cost.</param>
/// <param name="Currency">The currency.</param>
/// <param name="CarbonGrams">What it emitted, in g CO2e.</param>
/// <param name="UncountedSeconds">Task-seconds of which nothing is counted.</param>
internal sealed record EnergyRowView(
    string Name, string? Queue, string? Site, double ItKilowattHours, double MeasuredShare, double CoveredShare, double? FacilityKilowattHours, double? CoolingKilowattHours, double? Cost,
    string? Currency, double? CarbonGrams, double UncountedSeconds)
{
    public static EnergyRowView Of(ShareRow row)
    {
        var e = row.Energy;
        return new(
            row.Name, Named(row.Queue), Named(row.Site), e.It / EnergyUnits.JoulesPerKilowattHour, Share(e.Measured, e.It), Share(e.Covered, e.It), e.Facility / EnergyUnits.JoulesPerKilowattHour,
            e.Cooling / EnergyUnits.JoulesPerKilowattHour, e.Cost, e.Cost is null ? null : Named(row.Currency), e.CarbonGrams, e.UncountedSeconds);
    }

    private static string? Named(string text) => text.Length > 0 ? text : null;

    private static double Share(double part, double whole) => whole > 0 ? Math.Min(1, part / whole) : 0;
}

/// <summary>What a site drew in a period.</summary>
/// <param name="Site">The site; empty for nodes without a place.</param>
/// <param name="Seconds">How much of the period was counted, in seconds.</param>
/// <param name="FacilitySeconds">How much of it the whole site was known for, in seconds: the metrics are of this time.</param>
/// <param name="ItKilowattHours">What its servers drew at their inlets.</param>
/// <param name="FacilityKilowattHours">All that it drew in <paramref name="FacilitySeconds"/>.</param>
/// <param name="CoolingKilowattHours">The part of it that cooling drew.</param>
/// <param name="WaterLitres">Water drawn on the site, in litres.</param>
/// <param name="CarbonGrams">Emissions, in g CO2e.</param>
/// <param name="Costs">What it cost, by currency.</param>
/// <param name="Metrics">PUE and its family.</param>
internal sealed record SiteEnergyView(
    string Site, double Seconds, double FacilitySeconds, double ItKilowattHours, double? FacilityKilowattHours, double? CoolingKilowattHours, double? WaterLitres, double? CarbonGrams,
    IReadOnlyList<CostView> Costs, IReadOnlyList<MetricView> Metrics)
{
    public static SiteEnergyView Of(string site, IReadOnlyList<(SiteKey Key, SiteEnergy Energy)> parts)
    {
        var known = parts.Where(static part => part.Key.HasFacility).ToList();
        var whole = known.Aggregate(default(SiteEnergy), static (sum, part) => sum + part.Energy);
        var (account, any) = (whole.Account, known.Count > 0);
        var hasCarbon = any && known.TrueForAll(static part => part.Key.HasCarbon);
        return new(
            site,
            parts.Sum(static part => part.Energy.Account.Seconds),
            account.Seconds,
            parts.Sum(static part => part.Energy.Account.It) / EnergyUnits.JoulesPerKilowattHour,
            any ? account.Total / EnergyUnits.JoulesPerKilowattHour : null,
            any ? account.Cooling / EnergyUnits.JoulesPerKilowattHour : null,
            any ? account.WaterLitres : null,
            hasCarbon ? account.CarbonGrams : null,
            [.. known.Where(static part => part.Key.Currency.Length > 0).GroupBy(static part => part.Key.Currency, StringComparer.Ordinal).Select(static group => new CostView(group.Key, group.Sum(static part => part.Energy.Account.Cost)))],
            SiteMetrics.Of(account, any, hasCarbon, whole.Described >= account.It * 0.999));
    }
}

/// <summary>What something cost.</summary>
/// <param name="Currency">The currency.</param>
/// <param name="Amount">How much.</param>
internal sealed record CostView(string Currency, double Amount);

/// <summary>A metric of a period.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; absent when it is not known.</param>
/// <param name="Unit">Its unit; absent for ratios.</param>
/// <param name="Reason">Why it is not known.</param>
internal sealed record MetricView(string Name, double? Value, string? Unit, string? Reason);

/// <summary>The metrics of a site's account: those that cannot be known say why.</summary>
internal static class SiteMetrics
{
    private const string NoFacility = "the site's losses and cooling are not known: give the site cooling, such as spec.plant, and its nodes a location";
    private const string NoCarbon = "the site's carbon intensity was not known all the time: give spec.carbon";
    private const string NoBoards = "of some servers it is not known what fans and power supplies draw: name their types in the racks' servers, or by the label datahall.io/server-type";

    public static IReadOnlyList<MetricView> Of(EnergyAccount account, bool hasFacility, bool hasCarbon, bool isDescribed)
    {
        (string Name, string? Unit, Metric Metric)[] all =
        [
            ("PUE3", null, EnergyMetrics.Pue(account)),
            ("PUE2", null, EnergyMetrics.Pue(account, PueCategory.PduOutput)),
            ("PUE1", null, EnergyMetrics.Pue(account, PueCategory.UpsOutput)),
            ("pPUE-cooling", null, EnergyMetrics.PartialPue(account, account.Cooling)),
            ("DCiE", null, EnergyMetrics.Dcie(account)),
            ("ERE", null, EnergyMetrics.Ere(account)),
            ("ERF", null, EnergyMetrics.Erf(account)),
            ("REF", null, hasCarbon ? EnergyMetrics.Ref(account) : Metric.Undefined(NoCarbon)),
            ("CUE", "kg/kWh", hasCarbon ? EnergyMetrics.Cue(account) : Metric.Undefined(NoCarbon)),
            ("WUE", "l/kWh", EnergyMetrics.Wue(account)),
            ("ITUE", null, isDescribed ? EnergyMetrics.Itue(account) : Metric.Undefined(NoBoards)),
            ("TUE", null, isDescribed ? EnergyMetrics.Tue(account) : Metric.Undefined(NoBoards)),
            ("CER", null, EnergyMetrics.Cer(account)),
        ];
        return [.. all.Select(m => hasFacility && m.Metric.IsDefined ? new MetricView(m.Name, m.Metric.Value, m.Unit, null) : new MetricView(m.Name, null, m.Unit, hasFacility ? m.Metric.Reason : NoFacility))];
    }
}

/// <summary>Units of energy.</summary>
internal static class EnergyUnits
{
    public const double JoulesPerKilowattHour = 3.6e6;
}
