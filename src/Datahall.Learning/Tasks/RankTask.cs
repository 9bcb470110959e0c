using Datahall.Learning.Data;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Rows;
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
    protected override ITaskRun Begin(TrainSettings settings, ITokenizer tokenizer, PairRanker model, TaskTexts texts) =>
        new Run(settings, tokenizer, model, texts);

    /// <inheritdoc/>
    protected override TaskScore JudgeExport(EvaluationRequest request, DiskRows<LabelledText> dev)
    {
        using var pipeline = TextPipeline.Load<PairRankingPipeline>(request.Model, new() { Precision = request.Precision });
        return Judge(dev, texts => pipeline.Run([.. texts.Select(static text => (text.Text, text.Pair!))]));
    }

    // The groups that a model is judged by are always the same.
    private static TaskScore Judge(DiskRows<LabelledText> dev, Func<List<LabelledText>, IEnumerable<float>> score)
    {
        var (size, random, ranks, first) = (Math.Min(DevGroup, dev.Count), new Random(1), new List<double>(dev.Count), 0);
        foreach (var window in dev.Windows())
        {
            var texts = Groups(dev, [.. Enumerable.Range(first, window.Count)], size, random);
            ranks.AddRange(texts.Zip(score(texts)).Chunk(size).Select(RankOf));
            first += window.Count;
        }

        return PartnerRanks.Score(ranks);
    }

    // The fitting pair first, then the text with partners of others.
    private static List<LabelledText> Groups(DiskRows<LabelledText> texts, IReadOnlyList<int> batch, int size, Random random) =>
    [
        .. batch.SelectMany(index =>
        {
            var own = texts[index];
            return Enumerable.Range(0, size).Select(place => place == 0 ? own : own with { Pair = texts[(index + 1 + random.Next(Math.Max(1, texts.Count - 1))) % texts.Count].Pair });
        }),
    ];

    // The same words as the right partner's are as right, and no rival.
    private static double RankOf((LabelledText Text, float Score)[] group) => PartnerRanks.Of(
        group[0].Score, group.Where(other => other.Text.Pair != group[0].Text.Pair).Select(static other => (double)other.Score));

    private sealed class Run(TrainSettings settings, ITokenizer tokenizer, PairRanker model, TaskTexts texts)
        : TextRun(settings, tokenizer, model, texts, copies: Group)
    {
        public override Tensor Loss(IReadOnlyList<int> batch, int epoch)
        {
            using var pieces = Encoding.Pack([.. Groups(Train, batch, Group, new Random(SeedOf(batch, epoch))).Select(Encoding.Of)]);
            return PairRanker.Loss(model.Forward(pieces, Mode).to(ScalarType.Float32), Group);
        }

        public override TaskScore Judge(CancellationToken cancellationToken) => RankTask.Judge(Dev, group =>
            Run([.. group.Select(Encoding.Of)], (batch, _) => model.Forward(batch, ForwardMode.Evaluation).unsqueeze(-1), cancellationToken).Select(static row => row[0]));
    }
}
