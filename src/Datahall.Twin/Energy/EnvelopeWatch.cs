using Datahall.Energy.Facility;
using Datahall.Energy.Supply;

namespace Datahall.Twin.Energy;

/// <summary>How long the air at an inlet was outside its envelope, in seconds, by what was wrong with it.</summary>
/// <param name="TooCold">Below the coldest that the class allows.</param>
/// <param name="TooHumid">Above its dew point or relative humidity.</param>
/// <param name="TooFast">Changing by more than 5 K in 15 minutes or 20 K in an hour.</param>
public sealed record EnvelopeSeconds(double TooCold, double TooHumid, double TooFast);

/// <summary>Watches the inlets of a run: cold, humid, and how fast they change. Too hot is counted with the inlets' own limits.</summary>
/// <remarks>Rates are looked at every 5 minutes, or every step when it is longer: against each of the samples of the last quarter and the last hour.</remarks>
internal sealed class EnvelopeWatch
{
    private const double SampleSeconds = 300;
    private const double QuarterSeconds = 900;
    private const double HourSeconds = 3600;

    private readonly List<(double At, double[] Inlets)> samples = []; // The oldest first; none older than an hour.
    private double now;
    private double due;
    private double cold;
    private double humid;
    private double fast;

    public EnvelopeSeconds Seconds => new(cold, humid, fast);

    public void Step(FacilityModel facility, FacilityState state, in FacilityPower power, double dewPoint, double seconds)
    {
        cold += power.ColdestInlet < facility.Envelope.Lowest ? seconds : 0;
        humid += facility.Envelope.TooHumid(power.ColdestInlet, dewPoint) > 0 ? seconds : 0;
        if (now >= due)
        {
            fast += Fastest(state.Inlet) ? Math.Max(SampleSeconds, seconds) : 0;
            Keep(state.Inlet);
            due = now + SampleSeconds;
        }

        now += seconds;
    }

    private bool Fastest(double[] inlets)
    {
        foreach (var (at, before) in samples)
        {
            var most = now - at <= QuarterSeconds ? AirEnvelope.MostPerQuarter : AirEnvelope.MostPerHour;
            for (var i = 0; i < inlets.Length; i++)
            {
                if (Math.Abs(inlets[i] - before[i]) > most)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void Keep(double[] inlets)
    {
        var reused = samples.Count > 0 && now - samples[0].At >= HourSeconds ? samples[0].Inlets : new double[inlets.Length];
        samples.RemoveAll(sample => now - sample.At >= HourSeconds);
        inlets.CopyTo(reused, 0);
        samples.Add((now, reused));
    }
}
