namespace Datahall.Energy.Supply;

/// <summary>The air that servers of a class may draw.</summary>
/// <remarks>
/// Source: ASHRAE TC 9.9, Thermal Guidelines for Data Processing Environments; limits of A1 to A4 as in EnergyPlus (2011 edition), those of H1 (2021) and the
/// rates of change are recalled. The lower bounds of humidity are those of humidifiers and are not kept here.
/// </remarks>
/// <param name="Lowest">The coldest inlet, in °C.</param>
/// <param name="Highest">The warmest inlet, in °C; a server's own limit may be lower.</param>
/// <param name="MostDewPoint">The highest dew point, in °C.</param>
/// <param name="MostHumidity">The highest relative humidity, from 0 to 1.</param>
public readonly record struct AirEnvelope(double Lowest, double Highest, double MostDewPoint, double MostHumidity)
{
    /// <summary>The fastest change within 15 minutes, in kelvin.</summary>
    public const double MostPerQuarter = 5;

    /// <summary>The fastest change within an hour, in kelvin.</summary>
    public const double MostPerHour = 20;

    /// <summary>What is recommended for A1 to A4.</summary>
    public static AirEnvelope Recommended { get; } = new(18, 27, 15, 0.6);

    /// <summary>A1, allowable.</summary>
    public static AirEnvelope A1 { get; } = new(15, 32, 17, 0.8);

    /// <summary>A2, allowable.</summary>
    public static AirEnvelope A2 { get; } = new(10, 35, 21, 0.8);

    /// <summary>A3, allowable.</summary>
    public static AirEnvelope A3 { get; } = new(5, 40, 24, 0.85);

    /// <summary>A4, allowable.</summary>
    public static AirEnvelope A4 { get; } = new(5, 45, 24, 0.9);

    /// <summary>H1, allowable: dense servers cooled by air.</summary>
    public static AirEnvelope H1 { get; } = new(5, 25, 17, 0.8);

    /// <summary>The relative humidity of air, from 0; above 1: it condenses.</summary>
    /// <remarks>Magnus, with a = 17.62 and b = 243.12 °C (WMO guide no. 8).</remarks>
    /// <param name="celsius">The temperature, in °C.</param>
    /// <param name="dewPointCelsius">The dew point, in °C.</param>
    public static double Humidity(double celsius, double dewPointCelsius) =>
        Math.Exp((17.62 * dewPointCelsius / (243.12 + dewPointCelsius)) - (17.62 * celsius / (243.12 + celsius)));

    /// <summary>By how much air is too humid, in kelvin of dew point; 0 or less when it is not.</summary>
    /// <param name="celsius">The inlet, in °C.</param>
    /// <param name="dewPointCelsius">The dew point, in °C.</param>
    public double TooHumid(double celsius, double dewPointCelsius)
    {
        // The dew point at which this inlet has the highest relative humidity, by Magnus turned round.
        var magnus = Math.Log(MostHumidity) + (17.62 * celsius / (243.12 + celsius));
        return dewPointCelsius - Math.Min(MostDewPoint, 243.12 * magnus / (17.62 - magnus));
    }
}
