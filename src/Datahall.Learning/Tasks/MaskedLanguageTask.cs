using Datahall.Learning.Data;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Rows;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;
using static TorchSharp.torch;

namespace Datahall.Learning.Tasks;

/// <summary>Pre-training on plain text: the model guesses pieces that are hidden.</summary>
/// <remarks>Devlin et al. 2018, section 3.1: 15 % of the pieces, of which 80 % are masked, 10 % replaced by any piece, 10 % left; drawn anew each epoch (Liu et al. 2019).</remarks>
internal sealed class MaskedLanguageTask : TextTask<MaskedLanguageModel>
{
    private const double Hidden = 0.15;

    /// <inheritdoc/>
    public override string Name => "mlm";

    /// <inheritdoc/>
    public override bool Judges(ModelConfig config) => config.Architecture?.EndsWith("ForMaskedLM", StringComparison.Ordinal) is true;

    /// <inheritdoc/>
    protected override MaskedLanguageModel Make(ModelConfig config, Random random) => new(config, random);

    /// <inheritdoc/>
    protected override ITaskRun Begin(TrainSettings settings, ITokenizer tokenizer, MaskedLanguageModel model, TaskTexts texts)
    {
        foreach (var rows in new[] { texts.Train, texts.Dev })
        {
            if (rows.Count > 0 && !rows.Any(text => HasPieces(tokenizer, text)))
            {
                throw new LearningException($"{rows[0].Source}: no text in there has a word");
            }
        }

        return new Run(settings, tokenizer, model, texts);
    }

    /// <inheritdoc/>
    protected override TaskScore JudgeExport(EvaluationRequest request, DiskRows<LabelledText> dev) =>
        throw new LearningException("--runtime: models that guess hidden pieces are not exported; leave it out, and they are judged in TorchSharp");

    // A text without a piece has none to hide.
    private static bool HasPieces(ITokenizer tokenizer, LabelledText text) => tokenizer.Encode(text.Text).Ids.Length > 0;

    private sealed class Run(TrainSettings settings, ITokenizer tokenizer, MaskedLanguageModel model, TaskTexts texts)
        : TextRun(settings, tokenizer, model, texts, (encoding, text) => HasPieces(tokenizer, text) ? encoding.Of(text) : null)
    {
        public override Tensor Loss(IReadOnlyList<int> batch, int epoch) => Guess(Chosen(batch), Mode, new Random(SeedOf(batch, epoch))).Loss;

        public override TaskScore Judge(CancellationToken cancellationToken)
        {
            using var quiet = no_grad();
            var (sum, count, first) = (0.0, 0L, 0);
            foreach (var window in Dev.Windows())
            {
                List<TextExample> examples = [.. window.Where(text => HasPieces(Tokenizer, text)).Select(Encoding.Of)];
                foreach (var indices in new TokenBudgetBatches([.. examples.Select(static example => example.Ids.Length)], Settings.TokensPerBatch, 0).ByLength())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using var scope = NewDisposeScope();
                    var (mean, hidden) = Guess([.. indices.Select(index => examples[index])], ForwardMode.Evaluation, new Random(first + indices[0]));
                    (sum, count) = (sum + ((double)mean.item<float>() * hidden), count + hidden);
                }

                first += examples.Count;
            }

            var loss = sum / count;
            return new(-loss, "negative loss", new Dictionary<string, double> { ["loss"] = loss, ["perplexity"] = Math.Exp(loss) });
        }

        // The mean loss over the hidden pieces, and how many they are.
        private (Tensor Loss, int Hidden) Guess(List<TextExample> examples, ForwardMode mode, Random random)
        {
            var (rows, positions, wanted) = Hide(examples, random);
            using var batch = Encoding.Pack(examples, rows);
            var at = tensor([.. positions.Select(place => ((long)place.Row * batch.Length) + place.Piece)]);
            return (nn.functional.cross_entropy(model.Forward(batch, at, mode).to(ScalarType.Float32), tensor(wanted.ToArray())), wanted.Count);
        }

        private (List<int[]> Rows, List<(int Row, int Piece)> Positions, List<long> Wanted) Hide(List<TextExample> examples, Random random)
        {
            var (rows, positions, wanted) = (new List<int[]>(), new List<(int, int)>(), new List<long>());
            foreach (var (row, example) in examples.Index())
            {
                int[] ids = [.. example.Ids];
                int[] inner = [.. Enumerable.Range(1, ids.Length - 2)];
                random.Shuffle(inner);
                foreach (var piece in inner.Take(Math.Max(1, (int)Math.Round(inner.Length * Hidden))))
                {
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
