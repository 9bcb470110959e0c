using Datahall.Learning.Data;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Pipelines;

/// <summary>
/// From texts to a model's answers: tokenizer, ONNX Runtime and what stands behind the model. Inputs of like lengths run together, so that
/// little is padded; answers come in the order of the texts. Several threads may use one pipeline.
/// </summary>
internal abstract class TextPipeline : IDisposable
{
    private protected TextPipeline(PipelineParts parts) => Parts = parts;

    /// <summary>The labels by their index.</summary>
    public IReadOnlyList<string> Labels => Parts.Config.Labels;

    private protected PipelineParts Parts { get; }

    /// <summary>Loads the pipeline of an exported model's folder, by what the model is for.</summary>
    /// <exception cref="LearningException">The folder has no exported model, no tokenizer, or they do not fit.</exception>
    public static TextPipeline Load(string folder, PipelineOptions options)
    {
        var parts = PipelineParts.Load(folder, options);
        return OnnxExport.KindOf(parts.Config) switch
        {
            ModelKind.TokenClassification => new TokenClassificationPipeline(parts),
            ModelKind.SequenceClassification => new TextClassificationPipeline(parts),
            ModelKind.PairRanking => new PairRankingPipeline(parts),
            _ => new EmbeddingPipeline(parts),
        };
    }

    /// <summary>Loads a pipeline of a certain kind.</summary>
    /// <exception cref="LearningException">As above, or the folder's model is for something else.</exception>
    public static T Load<T>(string folder, PipelineOptions options)
        where T : TextPipeline
    {
        var pipeline = Load(folder, options);
        if (pipeline is T wanted)
        {
            return wanted;
        }

        pipeline.Dispose();
        throw new LearningException($"{folder} has a model for {pipeline.GetType().Name}, and {typeof(T).Name} is wanted; choose another folder");
    }

    public void Dispose() => Parts.Session.Dispose();

    /// <summary>Runs rows in batches of like lengths.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="pack">Makes a batch of some of them.</param>
    /// <param name="take">Takes the indices of a batch's rows, the batch and its output.</param>
    private protected void RunRows(IReadOnlyList<PieceRow> rows, Func<int[], PieceBatch> pack, Action<int[], PieceBatch, float[]> take)
    {
        foreach (var indices in new TokenBudgetBatches([.. rows.Select(row => row.Ids.Length)], Parts.Options.TokensInBatch, seed: 0).ByLength())
        {
            var batch = pack(indices);
            take(indices, batch, Parts.Session.Run(batch));
        }
    }

    /// <summary>Runs rows and returns each one's part of an output [rows, width].</summary>
    private protected float[][] RunWhole(IReadOnlyList<PieceRow> rows, int width)
    {
        var answers = new float[rows.Count][];
        RunRows(rows, indices => PieceBatch.Of([.. indices.Select(index => rows[index])], Parts.Config.PadId), (indices, _, output) =>
        {
            for (var i = 0; i < indices.Length; i++)
            {
                answers[indices[i]] = output.AsSpan(i * width, width).ToArray();
            }
        });
        return answers;
    }
}

/// <summary>What a pipeline is made of.</summary>
internal sealed record PipelineParts(ModelConfig Config, ITokenizer Tokenizer, OnnxSession Session, PipelineOptions Options)
{
    public static PipelineParts Load(string folder, PipelineOptions options)
    {
        var config = ModelConfig.Load(folder);
        var tokenizer = TokenizerFolder.Load(folder);
        if (tokenizer.VocabularySize > config.VocabularySize)
        {
            throw new LearningException(
                $"{folder}: the tokenizer has {tokenizer.VocabularySize} pieces, the model {config.VocabularySize}; take the tokenizer that the model was trained with");
        }

        var path = Path.Combine(folder, OnnxExport.FileName(options.Precision));
        return new PipelineParts(config, tokenizer, new OnnxSession(path, options.Threads), options);
    }
}
