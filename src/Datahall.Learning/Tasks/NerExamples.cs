using Datahall.Learning.Data;
using Datahall.Learning.Networks;
using Datahall.Learning.Surface;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tasks;

/// <summary>A part of a sentence as a model sees it.</summary>
/// <param name="Sentence">The sentence's index.</param>
/// <param name="Ids">Piece ids with the special tokens.</param>
/// <param name="FirstWord">The first word whose tag is its own to say.</param>
/// <param name="FirstPieces">Where each of these words begins in <paramref name="Ids"/>.</param>
/// <param name="Features">The surface features of these words; null when the model uses none.</param>
internal sealed record NerExample(int Sentence, int[] Ids, int FirstWord, int[] FirstPieces, int[][]? Features);

/// <summary>Turns sentences into examples; those that are too long into several that overlap.</summary>
internal sealed class NerExamples(ITokenizer tokenizer, TokenClassifier model)
{
    private const int Specials = 2;

    private readonly int longest = model.Config.MaxLength - Specials;

    /// <summary>The examples of sentences, in their order.</summary>
    public List<NerExample> Of(IReadOnlyList<IReadOnlyList<string>> sentences) => [.. sentences.SelectMany(Of)];

    private IEnumerable<NerExample> Of(IReadOnlyList<string> words, int sentence)
    {
        if (words.Count == 0)
        {
            yield break;
        }

        var pieces = tokenizer.EncodeWords(words);
        var features = model.Surface is { } surface ? SurfaceFeatures.Of(words, surface.Buckets) : null;
        foreach (var window in SentenceWindows.Cut(pieces, longest, longest / 8))
        {
            var (firstPieces, firstWord) = (new List<int>(), -1);
            for (var i = window.KeepStart; i < window.KeepEnd; i++)
            {
                if (i == 0 || pieces.Words[i] != pieces.Words[i - 1])
                {
                    firstWord = firstWord < 0 ? pieces.Words[i] : firstWord;
                    firstPieces.Add(i - window.Start + 1);
                }
            }

            if (firstPieces.Count > 0)
            {
                yield return new(
                    sentence, [tokenizer.Special.Begin, .. pieces.Ids[window.Start..window.End], tokenizer.Special.End], firstWord, [.. firstPieces],
                    features?[firstWord..(firstWord + firstPieces.Count)]);
            }
        }
    }

    /// <summary>The tensors of a batch.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="ids">Their ids, when some are to be replaced; null: their own.</param>
    /// <param name="words">The words of each sentence.</param>
    public (TokenBatch Batch, WordSelection Words) Pack(IReadOnlyList<NerExample> examples, IReadOnlyList<int[]>? ids, IReadOnlyList<IReadOnlyList<string>> words)
    {
        var batch = TokenBatch.From(ids ?? [.. examples.Select(static example => example.Ids)], tokenizer.Special.Pad);
        var characters = model.Characters?.Encode([.. examples.SelectMany(example => words[example.Sentence].Skip(example.FirstWord).Take(example.FirstPieces.Length))]);
        return (batch, WordSelection.From(batch, [.. examples.Select(static example => example.FirstPieces)], characters, model.Surface is null ? null : SurfaceLayer.Encode(examples.SelectMany(static example => example.Features!))));
    }
}
