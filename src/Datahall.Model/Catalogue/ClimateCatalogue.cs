namespace Datahall.Model.Catalogue;

/// <summary>Ready climates: one wave of the year and one of the day.</summary>
/// <remarks>
/// Least-squares fits to the hourly typical years (TMY, EnergyPlus weather) that SustainDC uses for New York, Arizona, Virginia and Washington. A wave has no
/// heat spells and no cold snaps: for a study of extremes give a scenario a weather file.
/// </remarks>
public static class ClimateCatalogue
{
    /// <summary>The climates, every field given.</summary>
    public static IReadOnlyList<Climate> All { get; } =
    [
        new() { Name = "new-york", MeanCelsius = 12.9, SeasonKelvin = 11.9, DayKelvin = 2.4, Humidity = 0.62, DayHumidity = 0.10 },
        new() { Name = "arizona", MeanCelsius = 24.7, SeasonKelvin = 12.0, DayKelvin = 5.7, Humidity = 0.30, DayHumidity = 0.11 },
        new() { Name = "virginia", MeanCelsius = 13.8, SeasonKelvin = 12.1, DayKelvin = 4.0, Humidity = 0.68, DayHumidity = 0.16 },
        new() { Name = "washington", MeanCelsius = 11.7, SeasonKelvin = 7.4, DayKelvin = 2.9, Humidity = 0.73, DayHumidity = 0.11 },
    ];

    /// <summary>The climate of a name; null when there is none.</summary>
    public static Climate? Find(string name) => All.FirstOrDefault(climate => climate.Name == name);

    /// <summary>The site's climate, every field given: its own figures, those of the climate it names, or those of Virginia.</summary>
    public static Climate Of(SiteSpec site)
    {
        var (own, ready) = (site.Climate ?? new(), Find(site.Climate?.Name ?? "virginia") ?? All[0]);
        return new()
        {
            Name = own.Name,
            MeanCelsius = own.MeanCelsius ?? ready.MeanCelsius,
            SeasonKelvin = own.SeasonKelvin ?? ready.SeasonKelvin,
            DayKelvin = own.DayKelvin ?? ready.DayKelvin,
            Humidity = own.Humidity ?? ready.Humidity,
            DayHumidity = own.DayHumidity ?? ready.DayHumidity,
        };
    }
}
