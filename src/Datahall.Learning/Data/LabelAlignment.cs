using Datahall.Learning.Tokens;

namespace Datahall.Learning.Data;

/// <summary>Which pieces of a word carry its label.</summary>
internal enum LabelledPieces
{
    /// <summary>The first piece.</summary>
    First,

    /// <summary>All pieces.</summary>
    All,
}

/// <summary>Gives the labels of words to their pieces.</summary>
internal static class LabelAlignment
{
    /// <summary>The label of a piece that counts for nothing, as losses know it.</summary>
    public const int Ignored = -100;

    /// <summary>A label for each piece.</summary>
    /// <param name="words">The pieces, and the word of each.</param>
    /// <param name="labels">The label of each word.</param>
    /// <param name="labelled">Which pieces carry the label; the others get <see cref="Ignored"/>.</param>
    /// <param name="inside">
    /// For each label the one that a word's further pieces carry, such as I-PER for B-PER; null gives them the word's own.
    /// </param>
    /// <exception cref="LearningException">A piece belongs to a word that has no label.</exception>
    public static int[] Align(TokenizedWords words, IReadOnlyList<int> labels, LabelledPieces labelled, IReadOnlyList<int>? inside = null)
    {
        var result = new int[words.Ids.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var word = words.Words[i];
            if (word >= labels.Count)
            {
                throw new LearningException($"word {word + 1} has no label: there are {labels.Count} labels; give each word one");
            }

            var label = labels[word];
            result[i] = i == 0 || words.Words[i - 1] != word ? label
                : labelled == LabelledPieces.First || label == Ignored ? Ignored
                : inside?[label] ?? label;
        }

        return result;
    }
}
