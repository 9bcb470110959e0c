using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Datahall.Gateway.Tracing;

/// <summary>Numbers that name traces and spans. Not thread-safe.</summary>
/// <remarks>
/// A start of 64 bits from the system: gateways that start alike must not give the same names. From there SplitMix64, for a few nanoseconds each (Steele,
/// Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
/// </remarks>
/// <param name="state">The start.</param>
public sealed class TraceIds(ulong state)
{
    private ulong state = state;

    /// <summary>Starts anywhere.</summary>
    public static TraceIds Fresh() => new(BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))));

    /// <summary>The next one; never 0, which stands for none.</summary>
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15UL;
        var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        z ^= z >> 31;
        return z == 0 ? 1 : z;
    }
}
