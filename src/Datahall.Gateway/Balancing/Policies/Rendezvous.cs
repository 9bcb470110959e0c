using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Datahall.Gateway.Balancing.Policies;

/// <summary>Weighted rendezvous hashing: each destination draws by the key, the highest draw wins. When one comes or goes, only its own keys move.</summary>
/// <remarks>
/// O(n), no table, the same answer at every gateway. Sources: Thaler and Ravishankar, Using name-based mappings to increase hit rates, IEEE/ACM ToN 6(1), 1998;
/// weights by −weight ÷ ln(draw): Schindelhauer and Schomaker, Weighted distributed hash tables, SPAA 2005.
/// </remarks>
internal static class Rendezvous
{
    /// <summary>The destination's draw for a key; higher is better.</summary>
    public static double Draw(Destination destination, ulong key)
    {
        var hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref key, 1)), unchecked((long)destination.Hash));
        var unit = ((hash >> 11) + 0.5) * (1.0 / (1UL << 53)); // Above 0 and below 1.
        return -destination.Weight / Math.Log(unit);
    }

    /// <summary>The ready destination with the highest draw; null when none is ready.</summary>
    public static Destination? Pick(ReadOnlySpan<Destination> destinations, ulong key)
    {
        Destination? best = null;
        var highest = double.NegativeInfinity;
        foreach (var destination in destinations)
        {
            if (destination.IsReady && Draw(destination, key) is var draw && draw > highest)
            {
                (best, highest) = (destination, draw);
            }
        }

        return best;
    }
}
