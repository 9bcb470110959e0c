using System.IO.Hashing;

namespace Datahall.Gateway.Balancing;

/// <summary>Hashes of prompts, block by block, so that equal prefixes have equal hashes.</summary>
public static class PromptHash
{
    /// <summary>The hash of a prefix that is one block longer.</summary>
    /// <param name="prefix">The hash of the blocks before; 0 before the first.</param>
    /// <param name="block">The block's bytes; inference engines cache 16 to 64 tokens together, about 64 to 256 bytes of text.</param>
    /// <remarks>XXH3 of the block, seeded with the prefix. Not for secrets: it can be forged.</remarks>
    public static ulong Chain(ulong prefix, ReadOnlySpan<byte> block) => XxHash3.HashToUInt64(block, unchecked((long)prefix));
}
