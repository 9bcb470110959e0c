using Datahall.Energy.Shifting;
using Datahall.Model;

namespace Datahall.Energy.Tests.Shifting;

public sealed class DayRatesTests
{
    private static readonly Tariff night = new() { Price = 0.3, Periods = [new() { From = 22, To = 6, Price = 0.1 }] };

    [Fact]
    public void Hours_are_those_of_the_sites_clocks()
    {
        var rates = DayRates.Of(new() { TimeZone = "Asia/Kolkata", Tariff = night })!; // UTC + 5:30

        var curve = rates.Curve(EnergyPreference.Cost, At("2026-01-01T16:00Z"), TimeSpan.FromHours(10))!;

        Assert.Equal([0.3, 0.1, 0.3], Enumerable.Range(0, curve.Count).Select(curve.Rate));
        Assert.Equal([0, 1800, 8.5 * 3600, 36000], Enumerable.Range(0, curve.Count + 1).Select(curve.Edge));
    }

    [Fact]
    public void The_night_is_an_hour_shorter_when_clocks_go_forward()
    {
        var rates = DayRates.Of(new() { TimeZone = "Europe/Berlin", Tariff = night })!;

        var curve = rates.Curve(EnergyPreference.Cost, At("2026-03-28T21:00Z"), TimeSpan.FromHours(9))!;

        Assert.Equal(7 * 3600, curve.Edge(1));
    }

    [Fact]
    public void Both_weighs_each_by_its_mean()
    {
        var carbon = new CarbonIntensity { GramsPerKilowattHour = 400, Hours = [.. Enumerable.Range(0, 24).Select(h => h < 12 ? 0.5 : 1.5)] };
        var rates = DayRates.Of(new() { Tariff = new() { Price = 0.2 }, Carbon = carbon })!;

        var curve = rates.Curve(EnergyPreference.Both, At("2026-01-01T00:00Z"), TimeSpan.FromDays(1))!;

        Assert.Equal([1.5, 2.5], Enumerable.Range(0, curve.Count).Select(i => Math.Round(curve.Rate(i), 9)));
        Assert.Equal("UTC", rates.Zone);
    }

    [Fact]
    public void What_a_site_does_not_say_has_no_curve()
    {
        Assert.Null(DayRates.Of(new()));
        Assert.Null(DayRates.Of(new() { Tariff = night })!.Curve(EnergyPreference.Carbon, At("2026-01-01T00:00Z"), TimeSpan.FromDays(1)));
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
