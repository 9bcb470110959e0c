using Datahall.Learning.Export;
using Microsoft.ML.OnnxRuntime;

namespace Datahall.Learning.Pipelines;

/// <summary>An exported model in ONNX Runtime. Several threads may run it at once.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions run = new();
    private readonly string[] inputs;

    /// <summary>Loads a model.</summary>
    /// <exception cref="LearningException">The file is not there, or no model that the runtime can run.</exception>
    public OnnxSession(string path, int threads)
    {
        if (!File.Exists(path))
        {
            throw new LearningException($"{path} is not there; 'datahall export' makes it from the folder's weights");
        }

        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.set_denormal_as_zero", "1");
        try
        {
            session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new LearningException($"{path} is no model that ONNX Runtime can run ({e.Message}); export it again", e);
        }

        inputs = [.. session.InputMetadata.Keys];
    }

    /// <summary>What the exporter left beside the graph.</summary>
    public IReadOnlyDictionary<string, string> Metadata => session.ModelMetadata.CustomMetadataMap;

    /// <summary>Whether the model scores words by their first pieces, and wants to know those.</summary>
    public bool SeesWords => inputs.Contains(OnnxNames.FirstPieces);

    /// <summary>Runs a batch and returns the output, row-major.</summary>
    public float[] Run(PieceBatch batch)
    {
        var values = new List<OrtValue>(inputs.Length);
        try
        {
            foreach (var name in inputs)
            {
                values.Add(Input(name, batch));
            }

            using var outputs = session.Run(run, inputs, values, session.OutputNames);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    public void Dispose()
    {
        run.Dispose();
        session.Dispose();
    }

    private static OrtValue Input(string name, PieceBatch batch) => name switch
    {
        OnnxNames.Ids => OrtValue.CreateTensorValueFromMemory(batch.Ids, [batch.Rows, batch.Length]),
        OnnxNames.Mask => OrtValue.CreateTensorValueFromMemory(batch.Mask, [batch.Rows, batch.Length]),
        OnnxNames.Types => OrtValue.CreateTensorValueFromMemory(batch.Types, [batch.Rows, batch.Length]),
        OnnxNames.FirstPieces => OrtValue.CreateTensorValueFromMemory(batch.FirstPieces, [batch.FirstPieces.Length]),
        OnnxNames.Characters => OfWords(batch.Characters, batch),
        OnnxNames.Surface => OfWords(batch.Surface, batch),
        _ => throw new LearningException($"the model wants an input '{name}' that this program does not know; export the model again"),
    };

    /// <summary>A list of numbers for each word; of models that see no words, for each row.</summary>
    private static OrtValue OfWords(long[] values, PieceBatch batch)
    {
        var count = batch.FirstPieces.Length > 0 ? batch.FirstPieces.Length : batch.Rows;
        return OrtValue.CreateTensorValueFromMemory(values, [count, values.Length / count]);
    }
}
