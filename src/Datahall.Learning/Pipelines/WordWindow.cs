using Datahall.Learning.Data;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Pipelines;

/// <summary>A part of a sentence as a model sees it.</summary>
/// <param name="Sentence">The sentence's index.</param>
/// <param name="Ids">Piece ids with the special tokens.</param>
/// <param name="FirstWord">The first word whose label it says.</param>
/// <param name="FirstPieces">Where each of these words begins in the ids.</param>
/// <param name="Surface">The surface features of these words; empty when the model sees none.</param>
internal sealed record WordWindow(int Sentence, int[] Ids, int FirstWord, int[] FirstPieces, int[][] Surface)
    : PieceRow(Ids, Ids.Length);

/// <summary>Cuts sentences into windows, for training and the pipeline alike; long ones into several that overlap.</summary>
internal sealed class WordWindows(ITokenizer tokenizer, ModelConfig config)
{
    private const int Specials = 2;
    private const int OverlapShare = 8;

    private readonly WordFeatures features = new(TokenHeadOptions.Read(config));
    private readonly int longest = config.MaxLength - Specials;

    /// <summary>The windows of a sentence; none of an empty one.</summary>
    public IEnumerable<WordWindow> Of(IReadOnlyList<string> words, int sentence)
    {
        if (words.Count == 0)
        {
            yield break;
        }

        var pieces = tokenizer.EncodeWords(words);
        var surface = features.Surface(words);
        foreach (var window in SentenceWindows.Cut(pieces, longest, longest / OverlapShare))
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
                    surface.Length == 0 ? [] : surface[firstWord..(firstWord + firstPieces.Count)]);
            }
        }
    }
}
