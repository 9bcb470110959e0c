using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Rows;

namespace Datahall.Learning.Tasks;

/// <summary>What a model found in sentences, kept on disk, in IOB2 as what is right is.</summary>
/// <param name="labels">The model's labels. If they are not IOB2, its probabilities are of other tags, and are left out.</param>
internal sealed class NerFindings(IReadOnlyList<string> labels) : IDisposable
{
    private readonly bool isIob2 = TagSchemes.AreIob2(labels);
    private readonly DiskRows<float[]> probabilities = new(Path.GetTempPath(), new FloatRows());
    private readonly Dictionary<string, int> numbers = labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);

    /// <summary>The sentences, in their order.</summary>
    public DiskRows<PredictedSentence> Sentences { get; } = new(Path.GetTempPath(), new PredictionRows());

    /// <summary>Adds a sentence.</summary>
    /// <param name="sentence">The sentence with its right tags.</param>
    /// <param name="tags">What was found.</param>
    /// <param name="rows">The probability of each label for each word, [words · labels].</param>
    public void Add(TaggedSentence sentence, string[] tags, float[] rows)
    {
        var predicted = new PredictedSentence(
            sentence.Words, sentence.Tags, isIob2 ? tags : TagSchemes.Write(TagSchemes.Entities(tags), tags.Length, TagScheme.Iob2), $"{sentence.Source}:{sentence.Line}");
        if (isIob2)
        {
            probabilities.Add(rows);
            predicted = predicted with
            {
                GoldProbability = sentence.Tags.Select((tag, word) => numbers.TryGetValue(tag, out var label) ? rows[(word * labels.Count) + label] : 0.0).DefaultIfEmpty(1).Min(),
            };
        }

        Sentences.Add(predicted);
    }

    /// <summary>Whether the probabilities of the words whose right tag the model knows are to be believed; null when the labels are not IOB2.</summary>
    public Calibration? Calibration()
    {
        if (!isIob2)
        {
            return null;
        }

        var known = Sentences.Zip(probabilities)
            .SelectMany(pair => pair.First.Gold.Select((tag, word) => (Row: new ArraySegment<float>(pair.Second, word * labels.Count, labels.Count), Label: numbers.GetValueOrDefault(tag, -1))))
            .Where(static word => word.Label >= 0);
        return Evaluation.Calibration.Of(known.Select(static word => (IReadOnlyList<float>)word.Row), known.Select(static word => word.Label));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        probabilities.Dispose();
        Sentences.Dispose();
    }
}
