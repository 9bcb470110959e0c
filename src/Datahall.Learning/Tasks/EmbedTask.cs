using Datahall.Learning.Data;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Datahall.Learning.Tasks;

/// <summary>Vectors of sentences, learned from pairs that belong together; texts without a partner are their own, seen with another dropout.</summary>
/// <remarks>Gao et al. 2021, SimCSE: sections 3 (without labels) and 4 (with pairs).</remarks>
internal sealed class EmbedTask : TextTask<SentenceEmbedder>
{
    /// <inheritdoc/>
    public override string Name => "embed";

    /// <inheritdoc/>
    protected override IReadOnlyCollection<string> Uses => ["training.pieceDropout"];

    /// <inheritdoc/>
    public override bool Judges(ModelConfig config) => OnnxExport.KindOf(config) is ModelKind.SentenceEmbedding && config.Architecture?.EndsWith("ForMaskedLM", StringComparison.Ordinal) is not true;

    /// <inheritdoc/>
    protected override bool NeedsPair(TextUse use) => use is TextUse.Judge; // A text is always nearest to itself.

    /// <inheritdoc/>
    protected override SentenceEmbedder Make(ModelConfig config, Random random) => new(config, random);

    /// <inheritdoc/>
    protected override ITaskRun Begin(TrainSettings settings, ITokenizer tokenizer, SentenceEmbedder model, IReadOnlyList<LabelledText> train, IReadOnlyList<LabelledText> dev) =>
        new Run(settings, tokenizer, model, train, dev);

    /// <inheritdoc/>
    protected override TaskScore JudgeExport(EvaluationRequest request, IReadOnlyList<LabelledText> dev)
    {
        using var pipeline = TextPipeline.Load<EmbeddingPipeline>(request.Model, new() { Precision = request.Precision });
        return ScoreOf(dev, pipeline.Run([.. dev.Select(static text => text.Text)]), pipeline.Run([.. dev.Select(static text => text.Pair!)]));
    }

    private static LabelledText First(LabelledText text) => text with { Pair = null };

    private static LabelledText Second(LabelledText text) => text with { Text = text.Pair ?? text.Text, Pair = null };

    // How near each text's partner is among all partners. The same words with another text are as right, and no rival.
    private static TaskScore ScoreOf(IReadOnlyList<LabelledText> texts, IReadOnlyList<float[]> first, IReadOnlyList<float[]> second) => PartnerRanks.Score(
        [.. texts.Select((text, i) => PartnerRanks.Of(
            TensorPrimitives.Dot<float>(first[i], second[i]),
            texts.Index().Where(other => other.Item.Pair != text.Pair).Select(other => (double)TensorPrimitives.Dot<float>(first[i], second[other.Index]))))]);

    private sealed class Run(TrainSettings settings, ITokenizer tokenizer, SentenceEmbedder model, IReadOnlyList<LabelledText> train, IReadOnlyList<LabelledText> dev)
        : TextRun(settings, tokenizer, model, [.. train.Select(First)], dev)
    {
        private readonly List<LabelledText> partners = [.. train.Select(Second)];

        // Made when first asked for, which is while the base is set up: its encoding is not there before.
        private IReadOnlyList<TextExample> PartnerExamples => field ??= [.. partners.Select(Encoding.Of)];

        public override Tensor Loss(IReadOnlyList<int> batch, int epoch)
        {
            using var first = Batch(batch, epoch);
            using var second = Encoding.Pack([.. batch.Select(index => PartnerExamples[index])]);
            return SentenceEmbedder.ContrastiveLoss(model.Forward(first, Mode), model.Forward(second, Mode));
        }

        public override TaskScore Judge(CancellationToken cancellationToken)
        {
            var first = Run([.. Dev.Select(First).Select(Encoding.Of)], (batch, _) => model.Forward(batch, ForwardMode.Evaluation), cancellationToken);
            var second = Run([.. Dev.Select(Second).Select(Encoding.Of)], (batch, _) => model.Forward(batch, ForwardMode.Evaluation), cancellationToken);
            return ScoreOf(Dev, first, second);
        }

        protected override int LengthOf(int example) => Math.Max(base.LengthOf(example), PartnerExamples[example].Ids.Length);
    }
}
