using Datahall.Model;

namespace Datahall.Energy.Cooling;

/// <summary>A climate as two waves, of the year and of the day.</summary>
/// <remarks>T = mean + season·cos(2π(day − 202)/365) + day·cos(2π(hour − 15)/24); the humidity falls with the day's wave. Fits of the catalogue: see <c>ClimateCatalogue</c>.</remarks>
public static class ClimateWave
{
    private const double HottestDay = 202; // Late July: the fits of all four climates agree within 8 days.
    private const double HottestHour = 15;

    /// <summary>The air outside.</summary>
    /// <param name="climate">A climate with every field given.</param>
    /// <param name="hour">The hour of the year, from 0; the next year is like the first.</param>
    public static OutdoorAir At(Climate climate, double hour)
    {
        var season = Math.Cos(2 * Math.PI * ((hour / 24) - HottestDay) / 365);
        var day = Math.Cos(2 * Math.PI * (hour - HottestHour) / 24);
        return OutdoorAir.Of(
            climate.MeanCelsius!.Value + (climate.SeasonKelvin!.Value * season) + (climate.DayKelvin!.Value * day),
            climate.Humidity!.Value - (climate.DayHumidity!.Value * day));
    }
}
