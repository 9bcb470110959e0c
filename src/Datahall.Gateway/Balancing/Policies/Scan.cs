namespace Datahall.Gateway.Balancing.Policies;

/// <summary>Choices among those that are ready.</summary>
internal static class Scan
{
    private const int Tries = 8;

    /// <summary>One at random; null when none is ready. O(1) while most are ready.</summary>
    public static Destination? Random(ReadOnlySpan<Destination> destinations, Random random)
    {
        if (destinations.IsEmpty)
        {
            return null;
        }

        for (var i = 0; i < Tries; i++)
        {
            if (destinations[random.Next(destinations.Length)] is { IsReady: true } ready)
            {
                return ready;
            }
        }

        return From(destinations, random.Next(destinations.Length));
    }

    /// <summary>The first that is ready from a place on, around the end; null when none is.</summary>
    public static Destination? From(ReadOnlySpan<Destination> destinations, int start)
    {
        for (var i = 0; i < destinations.Length; i++)
        {
            if (destinations[(start + i) % destinations.Length] is { IsReady: true } ready)
            {
                return ready;
            }
        }

        return null;
    }
}
