using Datahall.Learning.Data;
using Datahall.Learning.Networks;

namespace Datahall.Learning.Pipelines;

/// <summary>A part of a sentence as a model sees it.</summary>
/// <param name="Sentence">The sentence's index.</param>
/// <param name="Ids">Piece ids with the special tokens.</param>
/// <param name="FirstWord">The first word whose label it says.</param>
/// <param name="Words">Where each of these words begins and ends in the ids.</param>
/// <param name="Surface">The surface features of these words; empty when the model sees none.</param>
internal sealed record WordWindow(int Sentence, int[] Ids, int FirstWord, IReadOnlyList<(int Start, int End)> Words, int[][] Surface)
    : PieceRow(Ids, Ids.Length);

/// <summary>Cuts sentences into windows as training does.</summary>
internal sealed class WordWindows(PipelineParts parts)
{
    private const int OverlapShare = 8;

    private readonly WordFeatures features = new(TokenHeadOptions.Read(parts.Config));

    /// <summary>The windows of a sentence; none of an empty one.</summary>
    public IEnumerable<WordWindow> Of(IReadOnlyList<string> words, int sentence)
    {
        if (words.Count == 0)
        {
            yield break;
        }

        var (begin, end) = (parts.Tokenizer.Special.Begin, parts.Tokenizer.Special.End);
        var pieces = parts.Tokenizer.EncodeWords(words);
        var surface = features.Surface(words);
        var longest = parts.Longest - 2;
        foreach (var window in SentenceWindows.Cut(pieces, longest, longest / OverlapShare))
        {
            var (firstWord, own) = (-1, new List<(int Start, int End)>());
            for (var i = window.KeepStart; i < window.KeepEnd; i++)
            {
                var at = i - window.Start + 1;
                if (i == 0 || pieces.Words[i] != pieces.Words[i - 1])
                {
                    firstWord = firstWord < 0 ? pieces.Words[i] : firstWord;
                    own.Add((at, at + 1));
                }
                else if (own.Count > 0)
                {
                    own[^1] = own[^1] with { End = at + 1 };
                }
            }

            if (own.Count > 0)
            {
                yield return new WordWindow(
                    sentence, [begin, .. pieces.Ids[window.Start..window.End], end], firstWord, own,
                    surface.Length == 0 ? [] : surface[firstWord..(firstWord + own.Count)]);
            }
        }
    }
}
