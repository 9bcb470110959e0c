using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;
using static TorchSharp.torch;

namespace Datahall.Learning.Tasks;

/// <summary>Vectors of sentences, learned from pairs that belong together; texts without a partner are their own, seen with another dropout.</summary>
/// <remarks>Gao et al. 2021, SimCSE: sections 3 (without labels) and 4 (with pairs).</remarks>
internal sealed class EmbedTask : ILearningTask
{
    /// <inheritdoc/>
    public string Name => "embed";

    /// <inheritdoc/>
    public ITaskRun Open(TrainSettings settings)
    {
        var (train, dev) = (DataSources.Texts(settings.Data, settings.Data.Train), settings.Data.Dev.Count > 0 ? DataSources.Texts(settings.Data, settings.Data.Dev) : []);
        var setup = ModelSetup.Of(settings.Model, train.SelectMany(static text => text.Pair is { } pair ? new[] { text.Text, pair } : [text.Text]));
        var model = new SentenceEmbedder(setup.Config, new Random(settings.Seed));
        ModelSetup.Prepare(settings.Model, model);
        return new Run(settings, setup.Tokenizer, model, train, dev);
    }

    /// <inheritdoc/>
    public bool Judges(ModelConfig config) => OnnxExport.KindOf(config) is ModelKind.SentenceEmbedding && config.Architecture?.EndsWith("ForMaskedLM", StringComparison.Ordinal) is not true;

    /// <inheritdoc/>
    public EvaluationReport Evaluate(EvaluationRequest request, CancellationToken cancellationToken)
    {
        var model = new SentenceEmbedder(ModelConfig.Load(request.Model), new Random(0));
        ModelFolder.Load(request.Model, model, LoadRule.Everything);
        using var run = new Run(EvaluationRuns.Settings(request), TokenizerFolder.Load(request.Model), model, [], DataSources.Texts(request.Data, request.Data.Dev));
        return EvaluationRuns.Report(request, run.Judge(cancellationToken));
    }

    private sealed class Run(TrainSettings settings, ITokenizer tokenizer, SentenceEmbedder model, IReadOnlyList<LabelledText> train, IReadOnlyList<LabelledText> dev)
        : TextRun(settings, tokenizer, model, [.. train.Select(static text => text with { Pair = null })], dev)
    {
        private readonly List<LabelledText> partners = [.. train.Select(static text => text with { Text = text.Pair ?? text.Text, Pair = null })];

        public override Tensor Loss(IReadOnlyList<int> batch, int epoch)
        {
            using var first = Batch(batch, epoch);
            using var second = Encoding.Pack([.. batch.Select(index => Encoding.Of(partners[index]))]);
            return SentenceEmbedder.ContrastiveLoss(model.Forward(first, Mode), model.Forward(second, Mode));
        }

        // How often a text's partner is the nearest of all: the mean reciprocal rank.
        public override TaskScore Judge(CancellationToken cancellationToken)
        {
            var first = Run([.. Dev.Select(text => Encoding.Of(text with { Pair = null }))], (batch, _) => model.Forward(batch, ForwardMode.Evaluation), cancellationToken);
            var second = Run([.. Dev.Select(text => Encoding.Of(text with { Text = text.Pair ?? text.Text, Pair = null }))], (batch, _) => model.Forward(batch, ForwardMode.Evaluation), cancellationToken);
            var ranks = first.Select((row, i) => 1 + second.Where((other, k) => k != i && Dot(row, other) > Dot(row, second[i])).Count()).ToList();
            var reciprocal = ranks.Average(static rank => 1.0 / rank);
            return new(reciprocal, "MRR", new Dictionary<string, double> { ["mrr"] = reciprocal, ["first"] = ranks.Average(static rank => rank == 1 ? 1.0 : 0) });
        }

        private static double Dot(float[] a, float[] b)
        {
            var sum = 0.0;
            for (var i = 0; i < a.Length; i++)
            {
                sum += a[i] * b[i];
            }

            return sum;
        }
    }
}
