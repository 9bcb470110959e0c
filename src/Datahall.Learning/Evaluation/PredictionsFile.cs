using Datahall.Learning.Data;
using Datahall.Learning.Rows;

namespace Datahall.Learning.Evaluation;

/// <summary>A sentence with its gold and predicted tags, one of each for a word.</summary>
/// <param name="Words">The words.</param>
/// <param name="Gold">What is right.</param>
/// <param name="Predicted">What was said.</param>
/// <param name="Where">The file and line it came from.</param>
internal sealed record PredictedSentence(IReadOnlyList<string> Words, IReadOnlyList<string> Gold, IReadOnlyList<string> Predicted, string Where)
{
    /// <summary>The lowest probability that one of the right tags had, 0 to 1; null when it is not known.</summary>
    public double? GoldProbability { get; init; }
}

/// <summary>Reads predictions in columns: the token first, the gold tag second last, the predicted tag last; blank lines between sentences.</summary>
internal static class PredictionsFile
{
    /// <summary>Reads the sentences of a file, and keeps them on disk.</summary>
    /// <exception cref="LearningException">The file cannot be opened, a line is bad and bad lines stop, or there is no sentence.</exception>
    public static DiskRows<PredictedSentence> Read(string path, BadLineLog badLines)
    {
        var sentences = new DiskRows<PredictedSentence>(Path.GetTempPath(), new PredictionRows()).With(Sentences(path, badLines));
        return sentences.Count > 0 ? sentences : throw new LearningException(
            $"{path} has no sentence with the columns token, gold and predicted");
    }

    // Both readings see the same lines; one that is bad is told of by the reading that needs three columns.
    private static IEnumerable<PredictedSentence> Sentences(string path, BadLineLog badLines)
    {
        using var predicted = new ConllReader(new BadLineLog(BadLines.Skip)).Read(path).GetEnumerator();
        foreach (var gold in new ConllReader(badLines, new ConllColumns(0, -2)).Read(path))
        {
            while (predicted.Current is not { } seen || seen.Line < gold.Line)
            {
                if (!predicted.MoveNext())
                {
                    yield break;
                }
            }

            if (predicted.Current.Line == gold.Line)
            {
                yield return new(gold.Words, gold.Tags, predicted.Current.Tags, $"{path}:{gold.Line}");
            }
        }
    }
}
