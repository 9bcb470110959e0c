namespace Datahall.Energy.Cooling;

/// <summary>The air outside.</summary>
/// <param name="DryBulbCelsius">The temperature, in °C.</param>
/// <param name="WetBulbCelsius">The temperature that evaporation reaches, in °C.</param>
/// <param name="DewPointCelsius">The temperature at which it condenses, in °C.</param>
public readonly record struct OutdoorAir(double DryBulbCelsius, double WetBulbCelsius, double DewPointCelsius)
{
    /// <summary>Makes it of temperature and relative humidity.</summary>
    /// <remarks>
    /// Wet bulb: Stull, Wet-bulb temperature from relative humidity and air temperature, J. Appl. Meteorol. Climatol. 50 (2011), eq. 1; within 1 K from −20 to
    /// 50 °C and 5 to 99 % at sea level; never above the dry bulb here. Dew point: Magnus, with a = 17.62 and b = 243.12 °C (WMO guide no. 8).
    /// </remarks>
    /// <param name="dryBulbCelsius">The temperature, in °C.</param>
    /// <param name="relativeHumidity">From 0 to 1; counts as at least 0.05 and at most 0.99.</param>
    public static OutdoorAir Of(double dryBulbCelsius, double relativeHumidity)
    {
        var humidity = Math.Clamp(relativeHumidity, 0.05, 0.99);
        var (t, rh) = (dryBulbCelsius, humidity * 100);
        var wet = (t * Math.Atan(0.151977 * Math.Sqrt(rh + 8.313659))) + Math.Atan(t + rh) - Math.Atan(rh - 1.676331)
            + (0.00391838 * Math.Pow(rh, 1.5) * Math.Atan(0.023101 * rh)) - 4.686035;
        var magnus = Math.Log(humidity) + (17.62 * t / (243.12 + t));
        return new(t, Math.Min(t, wet), 243.12 * magnus / (17.62 - magnus));
    }
}
