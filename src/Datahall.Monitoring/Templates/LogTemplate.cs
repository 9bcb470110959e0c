using System.Text;

namespace Datahall.Monitoring.Templates;

/// <summary>A template while it is learned: tokens, of which some are any word.</summary>
internal sealed class LogTemplate
{
    private readonly ulong[] tokens;
    private readonly byte[] text;
    private readonly int[] ends;

    public LogTemplate(int id, LineShape shape, ulong hash, long line)
    {
        (Id, ShapeHash, FirstLine) = (id, hash, line);
        tokens = shape.Hashes.ToArray();
        ends = new int[tokens.Length];
        var length = 0;
        for (var i = 0; i < tokens.Length; i++)
        {
            length += shape.Token(i).Length;
            ends[i] = length;
        }

        text = new byte[length];
        for (var i = 0; i < tokens.Length; i++)
        {
            shape.Token(i).CopyTo(text.AsSpan(ends[i] - shape.Token(i).Length));
            Wording |= HasLetter(shape.Token(i)) ? 1UL << i : 0;
        }

        Valued = shape.WithWildcard;
    }

    /// <summary>Its number, from 1 in the order of appearance; never given again.</summary>
    public int Id { get; }

    /// <summary>The hash of the shape it began with.</summary>
    public ulong ShapeHash { get; }

    /// <summary>How many lines it has.</summary>
    public long Count { get; set; }

    /// <summary>The number of the first line it has.</summary>
    public long FirstLine { get; private set; }

    /// <summary>The number of the last line it has.</summary>
    public long LastLine { get; set; }

    /// <summary>Positions that may be any word, a bit each.</summary>
    public ulong Open { get; private set; }

    /// <summary>Positions whose token has a letter, a bit each.</summary>
    public ulong Wording { get; }

    /// <summary>Positions whose token has a value in it, a bit each.</summary>
    public ulong Valued { get; }

    /// <summary>The template it was found to be a case of; itself while it stands alone.</summary>
    public LogTemplate Root => Into is null ? this : Into = Into.Root;

    /// <summary>The template this one became a case of; null while it stands for itself.</summary>
    public LogTemplate? Into { get; private set; }

    public int Length => tokens.Length;

    public ulong this[int position] => tokens[position];

    public ulong FirstToken => tokens.Length == 0 || (Open & 1) != 0 ? 0 : tokens[0];

    public ulong LastToken => tokens.Length == 0 || (Open >> (tokens.Length - 1) & 1) != 0 ? 0 : tokens[^1];

    /// <summary>The masked text of a token.</summary>
    public ReadOnlySpan<byte> Text(int position) => text.AsSpan(position == 0 ? 0 : ends[position - 1], ends[position] - (position == 0 ? 0 : ends[position - 1]));

    /// <summary>Positions, a bit each, where both are fixed and differ.</summary>
    public ulong Differences(LogTemplate other)
    {
        var differences = 0UL;
        for (var i = 0; i < tokens.Length; i++)
        {
            differences |= tokens[i] == other.tokens[i] ? 0 : 1UL << i;
        }

        return differences & ~Open & ~other.Open;
    }

    /// <summary>Whether the shape is a case of it.</summary>
    public bool Fits(ReadOnlySpan<ulong> shape)
    {
        if (shape.Length != tokens.Length)
        {
            return false;
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] != shape[i] && (Open >> i & 1) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes another in, and opens the positions given.</summary>
    public void Absorb(LogTemplate other, ulong open)
    {
        Open |= open | other.Open;
        Count += other.Count;
        FirstLine = Math.Min(FirstLine, other.FirstLine);
        LastLine = Math.Max(LastLine, other.LastLine);
        other.Into = this;
    }

    /// <summary>Opens every position: it stands for any line of its length.</summary>
    public void OpenAll() => Open = tokens.Length == LineShape.MaxTokens ? ulong.MaxValue : (1UL << tokens.Length) - 1;

    public override string ToString()
    {
        var words = new StringBuilder();
        for (var i = 0; i < tokens.Length; i++)
        {
            var glued = i > 0 && text[ends[i - 1] - 1] is (byte)'=' && (Open >> (i - 1) & 1) == 0;
            words.Append(i == 0 || glued ? "" : " ").Append((Open >> i & 1) != 0 ? "<*>" : Encoding.UTF8.GetString(Text(i)));
        }

        return words.Replace("\0", "<*>").ToString();
    }

    private static bool HasLetter(ReadOnlySpan<byte> token)
    {
        foreach (var value in token)
        {
            if (ByteClass.Is(value, ByteClass.Letter))
            {
                return true;
            }
        }

        return false;
    }
}
