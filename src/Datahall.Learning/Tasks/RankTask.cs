using Datahall.Learning.Data;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;
using static TorchSharp.torch;

namespace Datahall.Learning.Tasks;

/// <summary>How well a text answers another, both read together; learned from pairs that fit, against the partners of others.</summary>
internal sealed class RankTask : TextTask<PairRanker>
{
    private const int Group = 4;
    private const int DevGroup = 10;

    /// <inheritdoc/>
    public override string Name => "rank";

    /// <inheritdoc/>
    public override bool Judges(ModelConfig config) => OnnxExport.KindOf(config) is ModelKind.PairRanking;

    /// <inheritdoc/>
    protected override bool NeedsPair(TextUse use) => true;

    /// <inheritdoc/>
    protected override PairRanker Make(ModelConfig config, Random random) => new(config, random);

    /// <inheritdoc/>
    protected override ITaskRun Begin(TrainSettings settings, ITokenizer tokenizer, PairRanker model, IReadOnlyList<LabelledText> train, IReadOnlyList<LabelledText> dev) =>
        new Run(settings, tokenizer, model, train, dev);

    /// <inheritdoc/>
    protected override TaskScore JudgeExport(EvaluationRequest request, IReadOnlyList<LabelledText> dev)
    {
        using var pipeline = TextPipeline.Load<PairRankingPipeline>(request.Model, new() { Precision = request.Precision });
        var texts = Groups(dev);
        return ScoreOf(texts, pipeline.Run([.. texts.Select(static text => (text.Text, text.Pair!))]), dev.Count);
    }

    // The groups that a model is judged by; they are always the same.
    private static List<LabelledText> Groups(IReadOnlyList<LabelledText> dev) => Groups(dev, [.. Enumerable.Range(0, dev.Count)], Math.Min(DevGroup, dev.Count), new Random(1));

    // The fitting pair first, then the text with partners of others.
    private static List<LabelledText> Groups(IReadOnlyList<LabelledText> texts, IReadOnlyList<int> batch, int size, Random random) =>
    [
        .. batch.SelectMany(index => Enumerable.Range(0, size).Select(place =>
            place == 0 ? texts[index] : texts[index] with { Pair = texts[(index + 1 + random.Next(Math.Max(1, texts.Count - 1))) % texts.Count].Pair })),
    ];

    // The same words as the right partner's are as right, and no rival.
    private static TaskScore ScoreOf(List<LabelledText> texts, IEnumerable<float> scores, int dev) => PartnerRanks.Score(
        [.. texts.Zip(scores).Chunk(Math.Min(DevGroup, dev)).Select(static group => PartnerRanks.Of(
            group[0].Second,
            group.Where(other => other.First.Pair != group[0].First.Pair).Select(static other => (double)other.Second)))]);

    private sealed class Run(TrainSettings settings, ITokenizer tokenizer, PairRanker model, IReadOnlyList<LabelledText> train, IReadOnlyList<LabelledText> dev)
        : TextRun(settings, tokenizer, model, train, dev)
    {
        public override Tensor Loss(IReadOnlyList<int> batch, int epoch)
        {
            using var pieces = Encoding.Pack([.. Groups(Train, batch, Group, new Random(SeedOf(batch, epoch))).Select(Encoding.Of)]);
            return PairRanker.Loss(model.Forward(pieces, Mode).to(ScalarType.Float32), Group);
        }

        public override TaskScore Judge(CancellationToken cancellationToken)
        {
            var texts = Groups(Dev);
            var scores = Run([.. texts.Select(Encoding.Of)], (batch, _) => model.Forward(batch, ForwardMode.Evaluation).unsqueeze(-1), cancellationToken);
            return ScoreOf(texts, scores.Select(static row => row[0]), Dev.Count);
        }

        protected override int LengthOf(int example) => base.LengthOf(example) * Group;
    }
}
