using System.Numerics.Tensors;

namespace Datahall.Learning.Pipelines;

/// <summary>Turns texts into vectors of length 1. A long text's vector is the mean of those of its windows, by their pieces.</summary>
internal sealed class EmbeddingPipeline(PipelineParts parts) : TextPipeline(parts)
{
    private readonly InputRows inputs = new(parts);

    /// <summary>The vector of each text, [hidden].</summary>
    public IReadOnlyList<float[]> Run(IReadOnlyList<string> texts)
    {
        var windows = texts.Select(text => inputs.Of(text).ToList()).ToList();
        var vectors = RunWhole([.. windows.SelectMany(rows => rows)], Parts.Config.HiddenSize);
        var answers = new List<float[]>(texts.Count);
        var next = 0;
        foreach (var rows in windows)
        {
            var sum = new float[Parts.Config.HiddenSize];
            foreach (var row in rows)
            {
                TensorPrimitives.MultiplyAdd(vectors[next++], row.Ids.Length, sum, sum);
            }

            TensorPrimitives.Divide(sum, Math.Max(TensorPrimitives.Norm<float>(sum), 1e-12f), sum);
            answers.Add(sum);
        }

        return answers;
    }
}
