using Datahall.Learning.Data;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Rows;
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
    protected override ITaskRun Begin(TrainSettings settings, ITokenizer tokenizer, SentenceEmbedder model, TaskTexts texts) =>
        new Run(settings, tokenizer, model, texts);

    /// <inheritdoc/>
    protected override TaskScore JudgeExport(EvaluationRequest request, DiskRows<LabelledText> dev)
    {
        using var pipeline = TextPipeline.Load<EmbeddingPipeline>(request.Model, new() { Precision = request.Precision });
        using var first = new DiskRows<float[]>(Path.GetTempPath(), new FloatRows());
        using var second = new DiskRows<float[]>(Path.GetTempPath(), new FloatRows());
        foreach (var window in dev.Windows())
        {
            first.With(pipeline.Run([.. window.Select(static text => text.Text)]));
            second.With(pipeline.Run([.. window.Select(static text => text.Pair!)]));
        }

        return ScoreOf(dev, first, second);
    }

    private static LabelledText First(LabelledText text) => text with { Pair = null };

    private static LabelledText Second(LabelledText text) => text with { Text = text.Pair ?? text.Text, Pair = null };

    // How near each text's partner is among all partners. The same words with another text are as right, and no rival.
    private static TaskScore ScoreOf(DiskRows<LabelledText> texts, DiskRows<float[]> first, DiskRows<float[]> second)
    {
        var ranks = new List<double>(texts.Count);
        foreach (var window in first.Windows())
        {
            var own = window.Select((vector, i) => (Vector: vector, texts[ranks.Count + i].Pair, Rank: new PartnerRank(TensorPrimitives.Dot<float>(vector, second[ranks.Count + i])))).ToList();
            foreach (var (other, partner) in texts.Zip(second))
            {
                foreach (var (vector, pair, rank) in own)
                {
                    if (other.Pair != pair)
                    {
                        rank.Meet(TensorPrimitives.Dot<float>(vector, partner));
                    }
                }
            }

            ranks.AddRange(own.Select(static one => one.Rank.Value));
        }

        return PartnerRanks.Score(ranks);
    }

    private static TextExample Both(TextExamples encoding, LabelledText text) => encoding.Of(First(text)) with { Partner = encoding.Of(Second(text)).Ids };

    private sealed class Run(TrainSettings settings, ITokenizer tokenizer, SentenceEmbedder model, TaskTexts texts)
        : TextRun(settings, tokenizer, model, texts, Both)
    {
        public override Tensor Loss(IReadOnlyList<int> batch, int epoch)
        {
            var chosen = Chosen(batch);
            using var first = Batch(chosen, SeedOf(batch, epoch));
            using var second = Encoding.Pack(chosen, [.. chosen.Select(static example => example.Partner)]);
            return SentenceEmbedder.ContrastiveLoss(model.Forward(first, Mode), model.Forward(second, Mode));
        }

        public override TaskScore Judge(CancellationToken cancellationToken)
        {
            using var first = Results();
            using var second = Results();
            foreach (var window in Dev.Windows())
            {
                first.With(Vectors(window.Select(First)));
                second.With(Vectors(window.Select(Second)));
            }

            return ScoreOf(Dev, first, second);

            float[][] Vectors(IEnumerable<LabelledText> texts) => Run([.. texts.Select(Encoding.Of)], (batch, _) => model.Forward(batch, ForwardMode.Evaluation), cancellationToken);
        }
    }
}
