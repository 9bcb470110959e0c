using Datahall.Energy.Cooling;
using Datahall.Model;
using Datahall.Model.Catalogue;
using Datahall.Twin.Traces;

namespace Datahall.Twin.Energy;

/// <summary>The weather of a scenario: a file's hours, or the site's climate as waves.</summary>
internal sealed class ScenarioWeather
{
    private const int HoursOfYear = 8760;

    private readonly Climate climate;
    private readonly (double Celsius, double Humidity)[]? hours;

    private ScenarioWeather(Climate climate, (double Celsius, double Humidity)[]? hours) => (this.climate, this.hours) = (climate, hours);

    /// <exception cref="TraceException">The file cannot be used.</exception>
    public static ScenarioWeather Of(SiteSpec site, string? file)
    {
        if (file is null)
        {
            return new(ClimateCatalogue.Of(site), null);
        }

        var table = CsvTable.Read(file, "hour_of_year", "dry_bulb_c", "rh_pct");
        if (table.Count != HoursOfYear)
        {
            throw new TraceException($"{file}: has {table.Count} hours; a year of weather has {HoursOfYear}");
        }

        var hours = new (double, double)[HoursOfYear];
        for (var row = 0; row < hours.Length; row++)
        {
            hours[row] = (table.Signed(row, "dry_bulb_c"), table.Real(row, "rh_pct") / 100);
        }

        return new(new(), hours);
    }

    /// <summary>The air outside at an hour of the year, from 0; the next year is like the first.</summary>
    public OutdoorAir At(double hour) => hours is null ? ClimateWave.At(climate, hour) : Between(hours, hour);

    private static OutdoorAir Between((double Celsius, double Humidity)[] hours, double hour)
    {
        var whole = (int)Math.Floor(hour);
        var (from, to, share) = (hours[whole % HoursOfYear], hours[(whole + 1) % HoursOfYear], hour - whole);
        return OutdoorAir.Of(from.Celsius + ((to.Celsius - from.Celsius) * share), from.Humidity + ((to.Humidity - from.Humidity) * share));
    }
}
