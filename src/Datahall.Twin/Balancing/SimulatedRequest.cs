using Datahall.Gateway.Balancing;

namespace Datahall.Twin.Balancing;

/// <summary>A request on its way.</summary>
internal struct SimulatedRequest
{
    /// <summary>When it came, in seconds.</summary>
    public double Arrival;

    /// <summary>How long it takes alone, in seconds, without its prompt.</summary>
    public double Work;

    /// <summary>How many requests were at its replica before it.</summary>
    public int InFlightAtStart;

    /// <summary>Where it is, as its gateway knows it.</summary>
    public Destination Destination;

    /// <summary>The blocks of its prompt until it begins; null: none.</summary>
    public ulong[]? Prompt;

    /// <summary>Whether its replica failed it.</summary>
    public bool HasFailed;
}
