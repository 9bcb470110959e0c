using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;
using static TorchSharp.torch;

namespace Datahall.Learning.Tasks;

/// <summary>How well a text answers another, both read together; learned from pairs that fit, against the partners of others.</summary>
internal sealed class RankTask : ILearningTask
{
    private const int Group = 4;
    private const int DevGroup = 10;

    /// <inheritdoc/>
    public string Name => "rank";

    /// <inheritdoc/>
    public ITaskRun Open(TrainSettings settings)
    {
        var (train, dev) = (DataSources.Texts(settings.Data, settings.Data.Train), settings.Data.Dev.Count > 0 ? DataSources.Texts(settings.Data, settings.Data.Dev) : []);
        if (train.Concat(dev).FirstOrDefault(static text => text.Pair is null) is { } alone)
        {
            throw new LearningException($"{alone.Source}:{alone.Line}: there is no second text; name its field with data.fields.pair");
        }

        var setup = ModelSetup.Of(settings.Model, train.SelectMany(static text => new[] { text.Text, text.Pair! }));
        var model = new PairRanker(setup.Config, new Random(settings.Seed));
        ModelSetup.Prepare(settings.Model, model);
        return new Run(settings, setup.Tokenizer, model, train, dev);
    }

    /// <inheritdoc/>
    public bool Judges(ModelConfig config) => OnnxExport.KindOf(config) is ModelKind.PairRanking;

    /// <inheritdoc/>
    public EvaluationReport Evaluate(EvaluationRequest request, CancellationToken cancellationToken)
    {
        var model = new PairRanker(ModelConfig.Load(request.Model), new Random(0));
        ModelFolder.Load(request.Model, model, LoadRule.Everything);
        using var run = new Run(EvaluationRuns.Settings(request), TokenizerFolder.Load(request.Model), model, [], DataSources.Texts(request.Data, request.Data.Dev));
        return EvaluationRuns.Report(request, run.Judge(cancellationToken));
    }

    private sealed class Run(TrainSettings settings, ITokenizer tokenizer, PairRanker model, IReadOnlyList<LabelledText> train, IReadOnlyList<LabelledText> dev)
        : TextRun(settings, tokenizer, model, train, dev)
    {
        public override Tensor Loss(IReadOnlyList<int> batch, int epoch)
        {
            using var pieces = Encoding.Pack(Groups(Train, batch, Group, new Random(SeedOf(batch, epoch))));
            return PairRanker.Loss(model.Forward(pieces, Mode).to(ScalarType.Float32), Group);
        }

        public override TaskScore Judge(CancellationToken cancellationToken)
        {
            var size = Math.Min(DevGroup, Dev.Count);
            var scores = Run(Groups(Dev, [.. Enumerable.Range(0, Dev.Count)], size, new Random(1)), (batch, _) => model.Forward(batch, ForwardMode.Evaluation).unsqueeze(-1), cancellationToken);
            var ranks = scores.Chunk(size).Select(static group => 1 + group.Skip(1).Count(other => other[0] >= group[0][0])).ToList();
            var reciprocal = ranks.Average(static rank => 1.0 / rank);
            return new(reciprocal, "MRR", new Dictionary<string, double> { ["mrr"] = reciprocal, ["first"] = ranks.Average(static rank => rank == 1 ? 1.0 : 0) });
        }

        protected override int LengthOf(TextExample example) => example.Ids.Length * Group;

        // The fitting pair first, then the text with partners of others.
        private List<TextExample> Groups(IReadOnlyList<LabelledText> texts, IReadOnlyList<int> batch, int size, Random random) =>
        [
            .. batch.SelectMany(index => Enumerable.Range(0, size).Select(place => Encoding.Of(
                place == 0 ? texts[index] : texts[index] with { Pair = texts[(index + 1 + random.Next(Math.Max(1, texts.Count - 1))) % texts.Count].Pair }))),
        ];
    }
}
