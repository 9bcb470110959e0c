using System.Text;

namespace Datahall.Monitoring.Templates;

/// <summary>What is left of a line when its values are taken out: tokens, with a wildcard for each value.</summary>
/// <remarks>One is used again for every line, so that reading a line allocates nothing. Not safe for several threads.</remarks>
internal sealed class LineShape
{
    /// <summary>The byte that stands for a value. No token has it otherwise, for control bytes part tokens.</summary>
    public const byte Wildcard = 0;

    /// <summary>Tokens that are told apart; what comes after them in a line counts as one value.</summary>
    public const int MaxTokens = 64;

    /// <summary>Bytes of a line that are looked at.</summary>
    public const int MaxBytes = 4096;

    private const int LongestPeriod = 3;

    private readonly byte[] text = new byte[MaxBytes + (2 * MaxTokens)];
    private readonly int[] ends = new int[MaxTokens];
    private readonly ulong[] hashes = new ulong[MaxTokens];
    private int length;
    private bool hasValue;

    /// <summary>How many tokens there are.</summary>
    public int Count { get; private set; }

    /// <summary>Which tokens have a wildcard, a bit each.</summary>
    public ulong WithWildcard { get; private set; }

    /// <summary>A hash of each token.</summary>
    public ReadOnlySpan<ulong> Hashes => hashes.AsSpan(0, Count);

    private int Start => Count == 0 ? 0 : ends[Count - 1];

    /// <summary>The hash of all tokens.</summary>
    public ulong Hash()
    {
        var hash = (ulong)Count;
        foreach (var token in Hashes)
        {
            hash = TokenHash.Mix(hash, token);
        }

        return hash;
    }

    /// <summary>The masked text of a token.</summary>
    public ReadOnlySpan<byte> Token(int index) => text.AsSpan(index == 0 ? 0 : ends[index - 1], ends[index] - (index == 0 ? 0 : ends[index - 1]));

    public void Clear() => (Count, length, WithWildcard, hasValue) = (0, 0, 0, false);

    public void Append(byte value) => text[length++] = value;

    public void Append(ReadOnlySpan<byte> word)
    {
        word.CopyTo(text.AsSpan(length));
        length += word.Length;
    }

    /// <summary>Appends a value. Values that only a sign parts, such as those of a date or a list of numbers, are one.</summary>
    public void AppendWildcard()
    {
        var open = length - Start;
        if (open > 0 && text[length - 1] == Wildcard)
        {
            return;
        }

        if (open > 1 && text[length - 2] == Wildcard && text[length - 1] is (byte)'.' or (byte)':' or (byte)',' or (byte)'/' or (byte)'-' or (byte)'_' or (byte)'+' or (byte)'|' or (byte)'x')
        {
            length--;
            return;
        }

        text[length++] = Wildcard;
        hasValue = true;
    }

    /// <summary>Whether the open token ends with a value.</summary>
    public bool EndsWithWildcard => length > Start && text[length - 1] == Wildcard;

    /// <summary>Ends the open token. A token or a short series of tokens that repeats the values before it is left out, so that a list of any length has one shape.</summary>
    public void EndToken()
    {
        var start = Start;
        if (length == start)
        {
            return;
        }

        var token = text.AsSpan(start, length - start);
        hashes[Count] = TokenHash.Of(token);
        ends[Count] = length;
        var bit = 1UL << Count;
        WithWildcard = hasValue ? WithWildcard | bit : WithWildcard & ~bit;
        hasValue = false;
        Count++;
        for (var period = 1; period <= LongestPeriod && Count >= 2 * period; period++)
        {
            if (hashes[Count - 1] == hashes[Count - 1 - period] && Repeats(period))
            {
                Count -= period;
                WithWildcard &= (1UL << Count) - 1;
                length = Start;
                return;
            }
        }
    }

    private bool Repeats(int period)
    {
        var tail = hashes.AsSpan(Count - period, period);
        return tail.SequenceEqual(hashes.AsSpan(Count - (2 * period), period)) && (WithWildcard >> (Count - period)) != 0;
    }

    public override string ToString() => Encoding.UTF8.GetString(text.AsSpan(0, Start)).Replace("\0", "<*>", StringComparison.Ordinal);
}
