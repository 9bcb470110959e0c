using Datahall.Energy.Metrics;

namespace Datahall.Energy.Tests.Metrics;

public sealed class EnergyMetricsTests
{
    private const double Kwh = 3.6e6;

    // 1000 kWh of IT, of which 850 compute; 1300 in all.
    private static readonly EnergyAccount Day = new()
    {
        Seconds = 86_400,
        Compute = 850 * Kwh,
        ServerFans = 100 * Kwh,
        SupplyLoss = 50 * Kwh,
        RackLoss = 10 * Kwh,
        PduLoss = 15 * Kwh,
        UpsLoss = 25 * Kwh,
        UnitFans = 40 * Kwh,
        Compressors = 150 * Kwh,
        TowerFans = 20 * Kwh,
        Pumps = 30 * Kwh,
        Other = 10 * Kwh,
        HeatRemoved = 1080 * Kwh,
        Reused = 195 * Kwh,
        Renewable = 650 * Kwh,
        WaterLitres = 1800,
        CarbonGrams = 520_000,
    };

    [Fact]
    public void Metrics_follow_their_definitions()
    {
        Assert.Equal(1300 * Kwh, Day.Total, 1);
        Assert.Equal(1.3, EnergyMetrics.Pue(Day).Value, 1e-12);
        Assert.Equal(1300.0 / 1010, EnergyMetrics.Pue(Day, PueCategory.PduOutput).Value, 1e-12);
        Assert.Equal(1300.0 / 1025, EnergyMetrics.Pue(Day, PueCategory.UpsOutput).Value, 1e-12);
        Assert.Equal(1 / 1.3, EnergyMetrics.Dcie(Day).Value, 1e-12);
        Assert.Equal(1.24, EnergyMetrics.PartialPue(Day, Day.Cooling).Value, 1e-12);
        Assert.Equal(1.105, EnergyMetrics.Ere(Day).Value, 1e-12);
        Assert.Equal(195.0 / 1300, EnergyMetrics.Erf(Day).Value, 1e-12);
        Assert.Equal(650.0 / 1300, EnergyMetrics.Ref(Day).Value, 1e-12);
        Assert.Equal(0.52, EnergyMetrics.Cue(Day).Value, 1e-12);
        Assert.Equal(1.8, EnergyMetrics.Wue(Day).Value, 1e-12);
        Assert.Equal(1000.0 / 850, EnergyMetrics.Itue(Day).Value, 1e-12);
        Assert.Equal(1300.0 / 850, EnergyMetrics.Tue(Day).Value, 1e-12);
        Assert.Equal(4.5, EnergyMetrics.Cer(Day).Value, 1e-12);
    }

    [Fact]
    public void Metrics_hold_the_identities_of_the_standards()
    {
        var pue = EnergyMetrics.Pue(Day).Value;

        Assert.Equal(EnergyMetrics.Itue(Day).Value * pue, EnergyMetrics.Tue(Day).Value, 1e-12);
        Assert.Equal((1 - EnergyMetrics.Erf(Day).Value) * pue, EnergyMetrics.Ere(Day).Value, 1e-12);
        Assert.Equal(520.0 / 1300 * pue, EnergyMetrics.Cue(Day).Value, 1e-12);
    }

    [Fact]
    public void Slower_server_fans_raise_PUE_and_lower_TUE()
    {
        var slower = Day with { ServerFans = 50 * Kwh };

        Assert.True(EnergyMetrics.Pue(slower).Value > EnergyMetrics.Pue(Day).Value);
        Assert.True(EnergyMetrics.Tue(slower).Value < EnergyMetrics.Tue(Day).Value);
    }

    [Fact]
    public void A_sum_of_intervals_has_the_metric_of_the_whole()
    {
        var night = Day with { Compute = 100 * Kwh, Compressors = 10 * Kwh };

        var both = Day + night;

        Assert.Equal(172_800, both.Seconds);
        Assert.Equal((Day.Total + night.Total) / (Day.It + night.It), EnergyMetrics.Pue(both).Value, 1e-12);
    }

    [Fact]
    public void Nonsense_has_no_metric_and_says_why()
    {
        Refuses(EnergyMetrics.Pue(Day with { Compute = 0, ServerFans = 0, SupplyLoss = 0 }), "the IT energy of the interval is 0");
        Refuses(EnergyMetrics.Itue(Day with { Compute = 0 }), "the compute energy of the interval is 0");
        Refuses(EnergyMetrics.Pue(Day with { Compressors = -1 }), "the energy of compressors is -1; it must be 0 or more");
        Refuses(EnergyMetrics.Tue(Day with { Compute = double.NaN }), "the compute energy is NaN");
        Refuses(EnergyMetrics.Pue(Day with { Seconds = 0 }), "the interval is 0 s");
        Refuses(EnergyMetrics.Ref(Day with { Renewable = 2000 * Kwh }), "the renewable energy");
        Refuses(EnergyMetrics.PartialPue(Day, double.NaN), "the part's energy is NaN J");
        Refuses(EnergyMetrics.Cer(Day with { UnitFans = 0, Compressors = 0, TowerFans = 0, Pumps = 0 }), "the cooling energy of the interval is 0");
    }

    private static void Refuses(Metric metric, string reason)
    {
        Assert.False(metric.IsDefined);
        Assert.True(double.IsNaN(metric.Value));
        Assert.StartsWith(reason, metric.Reason, StringComparison.Ordinal);
        Assert.Equal("-", metric.ToString());
    }
}
