using Datahall.Gateway.Balancing;

namespace Datahall.Gateway.Dispatch;

/// <summary>Cuts a prompt into blocks and hashes them, for policies that go by common beginnings.</summary>
internal static class PromptReader
{
    /// <summary>How many blocks count; what comes after them does not decide any more.</summary>
    public const int MostBlocks = 64;

    /// <summary>Bytes of a block: about 64 tokens of English, as inference engines cache them.</summary>
    public const int BlockBytes = 256;

    /// <summary>Hashes the whole blocks of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="blocks">Receives the hashes. Shape [<see cref="MostBlocks"/>].</param>
    /// <returns>How many there are.</returns>
    public static int Blocks(ReadOnlySpan<byte> text, Span<ulong> blocks)
    {
        var count = Math.Min(text.Length / BlockBytes, MostBlocks);
        var hash = 0UL;
        for (var i = 0; i < count; i++)
        {
            blocks[i] = hash = PromptHash.Chain(hash, text.Slice(i * BlockBytes, BlockBytes));
        }

        return count;
    }
}
