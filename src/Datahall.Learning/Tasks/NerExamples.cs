using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Surface;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tasks;

/// <summary>Turns sentences into examples, the windows that the pipeline cuts too, and these into tensors.</summary>
internal sealed class NerExamples(ITokenizer tokenizer, TokenClassifier model)
{
    private readonly WordWindows windows = new(tokenizer, model.Config);

    /// <summary>The examples of sentences, in their order, made one by one; none of an empty sentence.</summary>
    public IEnumerable<WordWindow> Of(IEnumerable<IReadOnlyList<string>> sentences) => sentences.SelectMany(windows.Of);

    /// <summary>The tensors of a batch.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="ids">Their ids, when some are to be replaced; null: their own.</param>
    /// <param name="words">The words of each sentence.</param>
    public (TokenBatch Batch, WordSelection Words) Pack(IReadOnlyList<WordWindow> examples, IReadOnlyList<int[]>? ids, IReadOnlyList<IReadOnlyList<string>> words)
    {
        var batch = TokenBatch.From(ids ?? [.. examples.Select(static example => example.Ids)], tokenizer.Special.Pad);
        var characters = model.Characters?.Encode([.. examples.SelectMany(example => words[example.Sentence].Skip(example.FirstWord).Take(example.FirstPieces.Length))]);
        return (batch, WordSelection.From(batch, [.. examples.Select(static example => example.FirstPieces)], characters, model.Surface is null ? null : SurfaceLayer.Encode(examples.SelectMany(static example => example.Surface))));
    }
}
