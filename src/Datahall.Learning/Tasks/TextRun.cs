using Datahall.Learning.Data;
using Datahall.Learning.Networks;
using Datahall.Learning.Rows;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;
using static TorchSharp.torch;

namespace Datahall.Learning.Tasks;

/// <summary>What trainings on whole texts share: texts as examples, batches, saving. Texts and examples are on disk.</summary>
internal abstract class TextRun : ITaskRun
{
    private readonly TrainSettings settings;
    private readonly EncoderModel model;
    private readonly Precision precision;

    /// <summary>Encodes the texts, which it owns from here on.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="model">The model.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="encode">Makes the example of a training text, or null of one that there is nothing to learn from; null: as it is.</param>
    /// <param name="copies">In how many rows a batch holds an example.</param>
    protected TextRun(
        TrainSettings settings, ITokenizer tokenizer, EncoderModel model, TaskTexts texts, Func<TextExamples, LabelledText, TextExample?>? encode = null, int copies = 1)
    {
        (this.settings, Tokenizer, this.model, Texts) = (settings, tokenizer, model, texts);
        precision = Runtime.PrecisionOf(settings.Training);
        Encoding = new(tokenizer, model.Config);
        Examples = new(DataSources.FolderOf(settings), new ExampleRows());
        var lengths = new List<int>();
        foreach (var (row, text) in texts.Train.Index())
        {
            if ((encode is null ? Encoding.Of(text) : encode(Encoding, text)) is { } example)
            {
                Examples.Add(example with { Row = row });
                lengths.Add(Math.Max(example.Ids.Length, example.Partner.Length) * copies);
            }
        }

        Lengths = [.. lengths];
        Dropout = new(settings.Seed);
    }

    /// <inheritdoc/>
    public ParameterSet Parameters => model.Parameters;

    /// <inheritdoc/>
    public DropoutMasks Dropout { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Lengths { get; }

    /// <inheritdoc/>
    public bool HasDev => Dev.Count > 0;

    /// <summary>The tokenizer.</summary>
    protected ITokenizer Tokenizer { get; }

    /// <summary>The texts.</summary>
    protected TaskTexts Texts { get; }

    /// <summary>The training texts.</summary>
    protected DiskRows<LabelledText> Train => Texts.Train;

    /// <summary>The texts to judge by.</summary>
    protected DiskRows<LabelledText> Dev => Texts.Dev;

    /// <summary>Makes examples of texts.</summary>
    protected TextExamples Encoding { get; }

    /// <summary>The training texts as examples.</summary>
    protected DiskRows<TextExample> Examples { get; }

    /// <summary>How the model is run in training.</summary>
    protected ForwardMode Mode => new(precision, Dropout);

    /// <summary>How training is set.</summary>
    protected TrainingSettings Settings => settings.Training;

    /// <inheritdoc/>
    public bool IsHead(string parameter) => !model.Encoder.Parameters.Any(own => own.Name == parameter);

    /// <inheritdoc/>
    public abstract Tensor Loss(IReadOnlyList<int> batch, int epoch);

    /// <inheritdoc/>
    public abstract TaskScore Judge(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public string Describe(int example)
    {
        var text = Train[Examples[example].Row];
        return $"{text.Source}:{text.Line}";
    }

    /// <inheritdoc/>
    public void Save(string folder)
    {
        ModelFolder.Save(folder, model);
        Tokenizer.Save(folder);
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        Examples.Dispose();
        Texts.Dispose();
        model.Dispose();
    }

    /// <summary>The training examples of a batch.</summary>
    protected List<TextExample> Chosen(IReadOnlyList<int> batch) => [.. batch.Select(index => Examples[index])];

    /// <summary>A batch of training examples, pieces masked as the settings say.</summary>
    protected TokenBatch Batch(IReadOnlyList<TextExample> chosen, int seed) =>
        Encoding.Pack(chosen, PieceMasking.Apply([.. chosen.Select(static example => example.Ids)], Settings.PieceDropout, Tokenizer.Special, seed));

    /// <summary>What is drawn for a batch follows from this.</summary>
    protected int SeedOf(IReadOnlyList<int> batch, int epoch) => unchecked((((settings.Seed * 31) + epoch) * 1_000_003) + batch[0]);

    /// <summary>Rows for as many results as there are texts, on disk.</summary>
    protected DiskRows<float[]> Results() => new(DataSources.FolderOf(settings), new FloatRows());

    /// <summary>Runs the model over texts in batches without much padding; rows of results in the order of the texts.</summary>
    /// <param name="examples">The texts, no more than a window of them.</param>
    /// <param name="forward">Gives [batch, width], from a batch and its texts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    protected float[][] Run(IReadOnlyList<TextExample> examples, Func<TokenBatch, IReadOnlyList<TextExample>, Tensor> forward, CancellationToken cancellationToken)
    {
        var rows = new float[examples.Count][];
        using var quiet = no_grad();
        foreach (var indices in new TokenBudgetBatches([.. examples.Select(static example => example.Ids.Length)], Settings.TokensPerBatch, 0).ByLength())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            List<TextExample> chosen = [.. indices.Select(index => examples[index])];
            using var batch = Encoding.Pack(chosen);
            var result = forward(batch, chosen).cpu().contiguous();
            var (values, width) = (result.data<float>().ToArray(), (int)result.shape[1]);
            foreach (var (i, index) in indices.Index())
            {
                rows[index] = values[(i * width)..((i + 1) * width)];
            }
        }

        return rows;
    }
}
