using Datahall.Energy.Facility;
using Datahall.Model;

namespace Datahall.Twin.Energy;

/// <summary>What the inlets' sensors say: the truth, but for those that are broken.</summary>
internal sealed class InletSensors
{
    private readonly IReadOnlyList<SensorFault> faults;
    private readonly bool[][] isAt; // By fault and rack.
    private readonly double[] readings;
    private readonly double[] ages;

    public InletSensors(FacilityModel facility, IReadOnlyList<SensorFault> faults)
    {
        this.faults = faults;
        isAt = [.. faults.Select(fault => facility.Racks.Select(rack => fault.Racks is null || rack.Name.StartsWith(fault.Racks, StringComparison.Ordinal)).ToArray())];
        (readings, ages) = (new double[facility.Racks.Count], new double[facility.Racks.Count]);
    }

    /// <summary>What they read, in °C. Shape [racks].</summary>
    public ReadOnlySpan<double> Readings => readings;

    /// <summary>How old that is, in seconds. Shape [racks].</summary>
    public ReadOnlySpan<double> Ages => ages;

    /// <summary>Reads them at a time.</summary>
    public void Read(FacilityState state, double seconds)
    {
        state.Inlet.CopyTo(readings, 0);
        ages.AsSpan().Clear();
        for (var f = 0; f < faults.Count; f++)
        {
            var from = faults[f].At.Milliseconds / 1000.0;
            if (seconds < from || seconds >= from + (faults[f].For.Milliseconds / 1000.0))
            {
                continue;
            }

            for (var i = 0; i < readings.Length; i++)
            {
                if (isAt[f][i])
                {
                    (readings[i], ages[i]) = (faults[f].ReadsCelsius ?? readings[i], faults[f].ReadsCelsius is null ? double.PositiveInfinity : 0);
                }
            }
        }
    }
}
