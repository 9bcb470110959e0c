namespace Datahall.Scheduling;

/// <summary>Randomness without state: a good 64-bit mix of what it is given.</summary>
/// <remarks>Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014 (SplitMix64).</remarks>
public static class SplitMix
{
    /// <summary>The number that follows a state.</summary>
    public static ulong Next(ulong state)
    {
        var z = state + 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>A number for a text, the same on every machine and in every process (FNV-1a, then mixed).</summary>
    public static ulong Of(ulong seed, string text)
    {
        var hash = 14695981039346656037UL ^ seed;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return Next(hash);
    }
}
