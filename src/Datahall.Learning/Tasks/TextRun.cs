using Datahall.Learning.Data;
using Datahall.Learning.Networks;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;
using static TorchSharp.torch;

namespace Datahall.Learning.Tasks;

/// <summary>What trainings on whole texts share: texts as examples, batches, saving.</summary>
internal abstract class TextRun : ITaskRun
{
    private readonly TrainSettings settings;
    private readonly EncoderModel model;
    private readonly Precision precision;

    /// <summary>Encodes the texts.</summary>
    protected TextRun(TrainSettings settings, ITokenizer tokenizer, EncoderModel model, IReadOnlyList<LabelledText> train, IReadOnlyList<LabelledText> dev)
    {
        (this.settings, Tokenizer, this.model, Train, Dev) = (settings, tokenizer, model, train, dev);
        precision = Runtime.PrecisionOf(settings.Training);
        Encoding = new(tokenizer, model.Config);
        Examples = [.. train.Select(Encoding.Of)];
        Lengths = [.. Enumerable.Range(0, Examples.Count).Select(LengthOf)];
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

    /// <summary>The training texts.</summary>
    protected IReadOnlyList<LabelledText> Train { get; }

    /// <summary>The texts to judge by.</summary>
    protected IReadOnlyList<LabelledText> Dev { get; }

    /// <summary>Makes examples of texts.</summary>
    protected TextExamples Encoding { get; }

    /// <summary>The training texts as examples.</summary>
    protected IReadOnlyList<TextExample> Examples { get; }

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
    public string Describe(int example) => $"{Train[example].Source}:{Train[example].Line}";

    /// <inheritdoc/>
    public void Save(string folder)
    {
        ModelFolder.Save(folder, model);
        Tokenizer.Save(folder);
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    /// <summary>The pieces that a training example costs, by its index.</summary>
    protected virtual int LengthOf(int example) => Examples[example].Ids.Length;

    /// <summary>A batch of training examples, pieces masked as the settings say.</summary>
    protected TokenBatch Batch(IReadOnlyList<int> batch, int epoch)
    {
        List<TextExample> chosen = [.. batch.Select(index => Examples[index])];
        return Encoding.Pack(chosen, PieceMasking.Apply([.. chosen.Select(static example => example.Ids)], Settings.PieceDropout, Tokenizer.Special, SeedOf(batch, epoch)));
    }

    /// <summary>What is drawn for a batch follows from this.</summary>
    protected int SeedOf(IReadOnlyList<int> batch, int epoch) => unchecked((((settings.Seed * 31) + epoch) * 1_000_003) + batch[0]);

    /// <summary>Runs the model over texts in batches without much padding; rows of results in the order of the texts.</summary>
    /// <param name="examples">The texts.</param>
    /// <param name="forward">Gives [batch, width], from a batch and the indices of its texts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    protected float[][] Run(IReadOnlyList<TextExample> examples, Func<TokenBatch, int[], Tensor> forward, CancellationToken cancellationToken)
    {
        var rows = new float[examples.Count][];
        using var quiet = no_grad();
        foreach (var indices in new TokenBudgetBatches([.. examples.Select(static example => example.Ids.Length)], Settings.TokensPerBatch, 0).ByLength())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = Encoding.Pack([.. indices.Select(index => examples[index])]);
            var result = forward(batch, indices).cpu().contiguous();
            var (values, width) = (result.data<float>().ToArray(), (int)result.shape[1]);
            foreach (var (i, index) in indices.Index())
            {
                rows[index] = values[(i * width)..((i + 1) * width)];
            }
        }

        return rows;
    }
}
