using Datahall.Learning.Data;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tasks;

/// <summary>A text, or a pair, as a model sees it: begin, text, end, and perhaps a second text and end.</summary>
/// <param name="Ids">Piece ids with the special tokens.</param>
/// <param name="SecondStart">Where the second text begins for a model that tells texts by their type; else 0.</param>
internal sealed record TextExample(int[] Ids, int SecondStart)
{
    /// <summary>The row it was made of.</summary>
    public int Row { get; init; }

    /// <summary>Piece ids of a text that belongs to it and is read apart; empty when there is none.</summary>
    public int[] Partner { get; init; } = [];

    /// <summary>The surface features of the text; empty for models that see none.</summary>
    public int[] Surface { get; init; } = [];

    /// <summary>Token types; null: all 0.</summary>
    public int[]? Types => SecondStart == 0 ? null : [.. Enumerable.Repeat(0, SecondStart), .. Enumerable.Repeat(1, Ids.Length - SecondStart)];
}

/// <summary>Turns texts into examples.</summary>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="config">The model's shape: the beginning is read of texts that are longer than it takes.</param>
internal sealed class TextExamples(ITokenizer tokenizer, ModelConfig config)
{
    private readonly int longest = config.MaxLength;

    /// <summary>The example of a text.</summary>
    public TextExample Of(LabelledText text) => text.Pair is { } pair ? Of(text.Text, pair) : new([tokenizer.Special.Begin, .. Cut(tokenizer.Encode(text.Text).Ids, longest - 2), tokenizer.Special.End], 0);

    /// <summary>The tensors of a batch.</summary>
    public TokenBatch Pack(IReadOnlyList<TextExample> examples, IReadOnlyList<int[]>? ids = null)
    {
        var types = examples.Any(static example => example.SecondStart > 0) ? examples.Select(static example => example.Types ?? new int[example.Ids.Length]).ToList() : null;
        return TokenBatch.From(ids ?? [.. examples.Select(static example => example.Ids)], tokenizer.Special.Pad, types);
    }

    // The second text is the shorter one as a rule (what is asked about the first), and is kept whole as long as it is not most of the room.
    private TextExample Of(string first, string second)
    {
        int[] middle = [.. Enumerable.Repeat(tokenizer.Special.End, config.EndsBetweenTexts)];
        var room = longest - 2 - middle.Length;
        var asked = Cut(tokenizer.Encode(second).Ids, room / 2);
        var read = Cut(tokenizer.Encode(first).Ids, room - asked.Length);
        int[] ids = [tokenizer.Special.Begin, .. read, .. middle, .. asked, tokenizer.Special.End];
        return new(ids, config.TellsTextsByType ? 1 + read.Length + middle.Length : 0);
    }

    private static int[] Cut(int[] ids, int most) => ids.Length <= most ? ids : ids[..most];
}
