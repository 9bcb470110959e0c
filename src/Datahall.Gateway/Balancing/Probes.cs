namespace Datahall.Gateway.Balancing;

/// <summary>Asks a destination how loaded it is. Returns at once; the answer comes later, earlier ones may come after it, or never.</summary>
/// <param name="destination">Whom to ask.</param>
/// <param name="listener">Who takes the answer.</param>
public delegate void SendProbe(Destination destination, IProbeListener listener);

/// <summary>Takes answers of probes. Thread-safe.</summary>
public interface IProbeListener
{
    /// <summary>A destination answered.</summary>
    /// <param name="destination">Which one.</param>
    /// <param name="inFlight">How many requests it has, of all gateways.</param>
    /// <param name="latency">The latency it expects at that load, in seconds.</param>
    /// <param name="now">When the answer came, in nanoseconds.</param>
    void OnProbe(Destination destination, int inFlight, double latency, long now);
}
