using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;
using static TorchSharp.torch;

namespace Datahall.Learning.Tasks;

/// <summary>Pre-training on plain text: the model guesses pieces that are hidden.</summary>
/// <remarks>Devlin et al. 2018, section 3.1: 15 % of the pieces, of which 80 % are masked, 10 % replaced by any piece, 10 % left; drawn anew each epoch (Liu et al. 2019).</remarks>
internal sealed class MaskedLanguageTask : ILearningTask
{
    private const double Hidden = 0.15;

    /// <inheritdoc/>
    public string Name => "mlm";

    /// <inheritdoc/>
    public ITaskRun Open(TrainSettings settings)
    {
        var (train, dev) = (DataSources.Texts(settings.Data, settings.Data.Train), settings.Data.Dev.Count > 0 ? DataSources.Texts(settings.Data, settings.Data.Dev) : []);
        var setup = ModelSetup.Of(settings.Model, train.Select(static text => text.Text));
        var model = new MaskedLanguageModel(setup.Config, new Random(settings.Seed));
        ModelSetup.Prepare(settings.Model, model);
        return new Run(settings, setup.Tokenizer, model, train, dev);
    }

    /// <inheritdoc/>
    public bool Judges(ModelConfig config) => config.Architecture?.EndsWith("ForMaskedLM", StringComparison.Ordinal) is true;

    /// <inheritdoc/>
    public EvaluationReport Evaluate(EvaluationRequest request, CancellationToken cancellationToken)
    {
        var model = new MaskedLanguageModel(ModelConfig.Load(request.Model), new Random(0));
        ModelFolder.Load(request.Model, model, LoadRule.Everything);
        using var run = new Run(EvaluationRuns.Settings(request), TokenizerFolder.Load(request.Model), model, [], DataSources.Texts(request.Data, request.Data.Dev));
        return EvaluationRuns.Report(request, run.Judge(cancellationToken));
    }

    private sealed class Run(TrainSettings settings, ITokenizer tokenizer, MaskedLanguageModel model, IReadOnlyList<LabelledText> train, IReadOnlyList<LabelledText> dev)
        : TextRun(settings, tokenizer, model, train, dev)
    {
        public override Tensor Loss(IReadOnlyList<int> batch, int epoch) => Loss([.. batch.Select(index => Examples[index])], Mode, new Random(SeedOf(batch, epoch)));

        public override TaskScore Judge(CancellationToken cancellationToken)
        {
            using var quiet = no_grad();
            List<TextExample> examples = [.. Dev.Select(Encoding.Of)];
            var (sum, count) = (0.0, 0);
            foreach (var indices in new TokenBudgetBatches([.. examples.Select(static example => example.Ids.Length)], Settings.TokensPerBatch, 0).ByLength())
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                sum += Loss([.. indices.Select(index => examples[index])], ForwardMode.Evaluation, new Random(indices[0])).item<float>() * indices.Length;
                count += indices.Length;
            }

            var loss = sum / count;
            return new(-loss, "negative loss", new Dictionary<string, double> { ["loss"] = loss, ["perplexity"] = Math.Exp(loss) });
        }

        private Tensor Loss(List<TextExample> examples, ForwardMode mode, Random random)
        {
            var (rows, positions, wanted) = Hide(examples, random);
            using var batch = Encoding.Pack(examples, rows);
            var at = tensor([.. positions.Select(place => ((long)place.Row * batch.Length) + place.Piece)]);
            return nn.functional.cross_entropy(model.Forward(batch, at, mode).to(ScalarType.Float32), tensor(wanted.ToArray()));
        }

        private (List<int[]> Rows, List<(int Row, int Piece)> Positions, List<long> Wanted) Hide(List<TextExample> examples, Random random)
        {
            var (rows, positions, wanted) = (new List<int[]>(), new List<(int, int)>(), new List<long>());
            foreach (var (row, example) in examples.Index())
            {
                int[] ids = [.. example.Ids];
                var inner = ids.Length - 2;
                for (var left = Math.Max(1, (int)Math.Round(inner * Hidden)); left > 0 && inner > 0; left--)
                {
                    var piece = 1 + random.Next(inner);
                    positions.Add((row, piece));
                    wanted.Add(example.Ids[piece]);
                    ids[piece] = random.NextDouble() switch { < 0.8 => Tokenizer.Special.Mask, < 0.9 => random.Next(Tokenizer.VocabularySize), _ => ids[piece] };
                }

                rows.Add(ids);
            }

            return (rows, positions, wanted);
        }
    }
}
