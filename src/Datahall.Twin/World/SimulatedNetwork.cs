using Datahall.Twin.Time;

namespace Datahall.Twin.World;

/// <summary>Carries messages late, twice, out of order or not at all.</summary>
internal sealed class SimulatedNetwork(VirtualTime time, SimRandom random, NetworkWeather weather)
{
    private readonly HashSet<string> cut = new(StringComparer.Ordinal);

    /// <summary>What the network does to messages; changed while the simulation runs.</summary>
    public NetworkWeather Weather { get; set; } = weather;

    /// <summary>Cuts a node off, both ways.</summary>
    public void Cut(string node) => cut.Add(node);

    /// <summary>Joins a node again.</summary>
    public void Join(string node) => cut.Remove(node);

    /// <summary>Sends a message between the control plane and a node or a user.</summary>
    public void Send(string peer, Action deliver)
    {
        if (random.Chance(Weather.Loss))
        {
            return;
        }

        Carry(peer, deliver);
        if (random.Chance(Weather.Duplication))
        {
            Carry(peer, deliver);
        }
    }

    private void Carry(string peer, Action deliver) => time.After(TimeSpan.FromMilliseconds(1) + random.Upto(Weather.Delay), () =>
    {
        if (!cut.Contains(peer))
        {
            deliver();
        }
    });
}

/// <summary>What a network does to messages.</summary>
/// <param name="Loss">The share of messages that never arrive.</param>
/// <param name="Duplication">The share of messages that arrive twice.</param>
/// <param name="Delay">The longest delay; each message draws its own, so later ones overtake.</param>
internal sealed record NetworkWeather(double Loss, double Duplication, TimeSpan Delay)
{
    /// <summary>Every message arrives once, soon.</summary>
    public static NetworkWeather Fair { get; } = new(0, 0, TimeSpan.FromMilliseconds(5));
}
