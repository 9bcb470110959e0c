using System.Numerics.Tensors;
using Datahall.Learning.Networks;
using Datahall.Learning.Surface;

namespace Datahall.Learning.Pipelines;

/// <summary>The probability of each label for a text; [labels].</summary>
internal sealed record TextLabels(IReadOnlyList<string> Labels, float[] Probabilities)
{
    /// <summary>The most probable label.</summary>
    public string Best => Labels[Array.IndexOf(Probabilities, Probabilities.Max())];

    /// <summary>The labels from a probability on, the most probable first.</summary>
    public IEnumerable<(string Label, float Probability)> From(float least) =>
        Labels.Zip(Probabilities).Where(pair => pair.Second >= least).OrderByDescending(pair => pair.Second);
}

/// <summary>Labels texts and pairs of texts. The scores of a long text's windows are averaged.</summary>
internal sealed class TextClassificationPipeline(PipelineParts parts) : TextPipeline(parts)
{
    private readonly InputRows inputs = new(parts);
    private readonly bool seesSurface = TextSurfaceLayer.IsIn(parts.Config);

    /// <summary>The labels of each text.</summary>
    public IReadOnlyList<TextLabels> Run(IReadOnlyList<string> texts) => Label([.. texts.Select(text => Rows(inputs.Of(text), text, null))]);

    /// <summary>The labels of each pair of texts.</summary>
    public IReadOnlyList<TextLabels> RunPairs(IReadOnlyList<(string First, string Second)> pairs) =>
        Label([.. pairs.Select(pair => Rows(inputs.Of(pair.First, pair.Second), pair.First, pair.Second))]);

    private List<PieceRow> Rows(IEnumerable<PieceRow> windows, string text, string? pair)
    {
        var surface = seesSurface ? TextFeatures.Of(text, pair) : [];
        return [.. windows.Select(row => row with { TextSurface = surface })];
    }

    private List<TextLabels> Label(IReadOnlyList<List<PieceRow>> windows)
    {
        var scores = RunWhole([.. windows.SelectMany(rows => rows)], Labels.Count);
        var answers = new List<TextLabels>(windows.Count);
        var next = 0;
        foreach (var rows in windows)
        {
            var mean = new float[Labels.Count];
            foreach (var score in scores.AsSpan(next, rows.Count))
            {
                TensorPrimitives.MultiplyAdd(score, 1f / rows.Count, mean, mean);
            }

            answers.Add(new TextLabels(Labels, Probabilities(mean)));
            next += rows.Count;
        }

        return answers;
    }

    private float[] Probabilities(float[] scores)
    {
        if (Parts.Config.ProblemType == SequenceClassifier.MultiLabel)
        {
            TensorPrimitives.Sigmoid(scores, scores);
        }
        else
        {
            TensorPrimitives.SoftMax(scores, scores);
        }

        return scores;
    }
}
