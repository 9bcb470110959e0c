namespace Datahall.Energy.Supply;

/// <summary>Forecasts a quantity by the shape of the day before: yesterday's value at that hour, and what now differs from yesterday, fading.</summary>
/// <remarks>
/// x(now + h) = y(now + h − 24 h) + (x(now) − y(now − 24 h))·e^(−h/6 h). Persistence of the day's shape, the usual yardstick of load and weather forecasts; the
/// fading is a default. In the first day: what is now. Only what was measured goes in.
/// </remarks>
/// <param name="slotsPerDay">How many measurements a day brings, above 0.</param>
public sealed class DayForecast(int slotsPerDay)
{
    private const double FadeDays = 0.25;

    private readonly double[] ring = new double[slotsPerDay];
    private long count;
    private double now;
    private double difference;

    /// <summary>Takes a measurement.</summary>
    public void Add(double value)
    {
        var slot = (int)(count % ring.Length);
        (now, difference) = (value, count >= ring.Length ? value - ring[slot] : 0);
        ring[slot] = value;
        count++;
    }

    /// <summary>The forecast.</summary>
    /// <param name="slots">How many measurements ahead; 0 is the last one taken; less than a day.</param>
    public double At(int slots) => count <= ring.Length || slots == 0
        ? now
        : ring[(count - 1 + slots) % ring.Length] + (difference * Math.Exp(-slots / (FadeDays * ring.Length)));
}
