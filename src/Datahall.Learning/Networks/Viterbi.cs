using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Finds the label sequence with the highest score. Source: Viterbi 1967; Lafferty et al. 2001.</summary>
internal static class Viterbi
{
    /// <summary>The best sequence of each row, one after another.</summary>
    /// <param name="scores">The score of each label for each word, float32 [words, labels].</param>
    /// <param name="wordsPerRow">The words of each row.</param>
    /// <param name="transitions">The scores of label sequences.</param>
    /// <param name="rules">Which label may follow which; null for all.</param>
    public static int[] Decode(Tensor scores, IReadOnlyList<int> wordsPerRow, TransitionScores transitions, TransitionRules? rules)
    {
        using var copy = scores.detach().cpu().contiguous();
        return Decode(copy.data<float>().ToArray(), wordsPerRow, rules?.Apply(transitions) ?? transitions);
    }

    /// <summary>The same over plain numbers.</summary>
    public static int[] Decode(ReadOnlySpan<float> scores, IReadOnlyList<int> wordsPerRow, TransitionScores transitions)
    {
        var labels = transitions.Start.Length;
        var decoded = new int[wordsPerRow.Sum()];
        var first = 0;
        foreach (var words in wordsPerRow)
        {
            DecodeRow(scores.Slice(first * labels, words * labels), transitions, decoded.AsSpan(first, words));
            first += words;
        }

        return decoded;
    }

    private static void DecodeRow(ReadOnlySpan<float> scores, TransitionScores transitions, Span<int> decoded)
    {
        if (decoded.IsEmpty)
        {
            return;
        }

        var labels = transitions.Start.Length;
        var (best, next) = (new float[labels], new float[labels]);
        var from = new int[decoded.Length * labels];
        for (var label = 0; label < labels; label++)
        {
            best[label] = transitions.Start[label] + scores[label];
        }

        for (var word = 1; word < decoded.Length; word++)
        {
            for (var label = 0; label < labels; label++)
            {
                var previous = BestPrevious(best, transitions.Next, label);
                from[word * labels + label] = previous;
                next[label] = best[previous] + transitions.Next[previous * labels + label] + scores[word * labels + label];
            }

            (best, next) = (next, best);
        }

        var last = 0;
        for (var label = 1; label < labels; label++)
        {
            last = best[label] + transitions.End[label] > best[last] + transitions.End[last] ? label : last;
        }

        for (var word = decoded.Length - 1; word >= 0; word--)
        {
            decoded[word] = last;
            last = from[word * labels + last];
        }
    }

    private static int BestPrevious(float[] best, float[] next, int label)
    {
        var previous = 0;
        for (var other = 1; other < best.Length; other++)
        {
            previous = best[other] + next[other * best.Length + label] > best[previous] + next[previous * best.Length + label] ? other : previous;
        }

        return previous;
    }
}
