namespace Datahall.Learning.Pipelines;

/// <summary>Texts as the rows of a model, with the special tokens; long ones as several windows that overlap by an eighth.</summary>
internal sealed class InputRows(PipelineParts parts)
{
    private const int OverlapShare = 8;

    private readonly Tokens.SpecialTokens special = parts.Tokenizer.Special;

    /// <summary>The rows of a text.</summary>
    public IEnumerable<PieceRow> Of(string text)
    {
        foreach (var window in Windows(parts.Tokenizer.Encode(text).Ids, parts.Config.MaxLength - 2))
        {
            yield return new PieceRow([special.Begin, .. window, special.End]);
        }
    }

    /// <summary>The rows of a pair: windows of the first text, each with the beginning of the second, at most half of the room.</summary>
    public IEnumerable<PieceRow> Of(string first, string second)
    {
        int[] between = [.. Enumerable.Repeat(special.End, parts.Config.EndsBetweenTexts)];
        var room = parts.Config.MaxLength - between.Length - 2;
        var asked = parts.Tokenizer.Encode(second).Ids;
        asked = asked[..Math.Min(asked.Length, room / 2)];
        foreach (var window in Windows(parts.Tokenizer.Encode(first).Ids, room - asked.Length))
        {
            int[] ids = [special.Begin, .. window, .. between, .. asked, special.End];
            yield return parts.Config.TellsTextsByType ? new PieceRow(ids, 1 + window.Length + between.Length) : new PieceRow(ids);
        }
    }

    private static IEnumerable<int[]> Windows(int[] ids, int longest)
    {
        var step = longest - (longest / OverlapShare);
        for (var start = 0; start + longest < ids.Length; start += step)
        {
            yield return ids[start..(start + longest)];
        }

        // The last window is full too when there are others: pieces at the end see as much context as the rest.
        yield return ids[Math.Max(0, ids.Length - longest)..];
    }
}
