using Datahall.Learning.Data;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;
using static TorchSharp.torch;

namespace Datahall.Learning.Tasks;

/// <summary>A training of named entities.</summary>
internal sealed class NerRun : ITaskRun
{
    private readonly TrainSettings settings;
    private readonly ITokenizer tokenizer;
    private readonly TokenClassifier model;
    private readonly IReadOnlyList<TaggedSentence> train;
    private readonly IReadOnlyList<TaggedSentence> dev;
    private readonly IReadOnlyList<IReadOnlyList<string>> words;
    private readonly NerExamples encoding;
    private readonly NerTagger tagger;
    private readonly List<WordWindow> examples;
    private readonly int[][] labels;
    private readonly Precision precision;
    private readonly Tensor? weights;
    private readonly float[][][]? taught; // By sentence and word.

    public NerRun(TrainSettings settings, ITokenizer tokenizer, TokenClassifier model, IReadOnlyList<TaggedSentence> train, IReadOnlyList<TaggedSentence> dev)
    {
        (this.settings, this.tokenizer, this.model, this.train, this.dev) = (settings, tokenizer, model, train, dev);
        precision = Runtime.PrecisionOf(settings.Training);
        encoding = new(tokenizer, model);
        tagger = new(tokenizer, model);
        words = [.. train.Select(static sentence => sentence.Words)];
        examples = encoding.Of(words);
        var numbers = model.Config.Labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
        labels = [.. train.Select(sentence => sentence.Tags.Select(tag => numbers[tag]).ToArray())];
        Dropout = new(settings.Seed);
        weights = settings.Training.BalanceClasses ? ClassWeights.Of(labels.SelectMany(static sentence => sentence), model.Config.Labels.Count) : null;
        taught = settings.Training.Teachers.Count > 0 ? Listen(settings.Training.Teachers) : null;
        Lengths = [.. examples.Select(static example => example.Ids.Length)];
    }

    /// <inheritdoc/>
    public ParameterSet Parameters => model.Parameters;

    /// <inheritdoc/>
    public DropoutMasks Dropout { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Lengths { get; }

    /// <inheritdoc/>
    public bool HasDev => dev.Count > 0;

    /// <inheritdoc/>
    public bool IsHead(string parameter) => !model.Encoder.Parameters.Any(own => own.Name == parameter);

    /// <inheritdoc/>
    public Tensor Loss(IReadOnlyList<int> batch, int epoch)
    {
        List<WordWindow> chosen = [.. batch.Select(index => examples[index])];
        var masked = PieceMasking.Apply([.. chosen.Select(static example => example.Ids)], settings.Training.PieceDropout, tokenizer.Special, unchecked((((settings.Seed * 31) + epoch) * 1_000_003) + batch[0]));
        var (pieces, selection) = encoding.Pack(chosen, masked, words);
        using (pieces)
        using (selection)
        {
            var scores = model.Forward(pieces, selection, new(precision, Dropout));
            int[] gold = [.. chosen.SelectMany(example => labels[example.Sentence].Skip(example.FirstWord).Take(example.FirstPieces.Length))];
            var own = model.Crf is { } crf
                ? crf.Loss(scores, selection.Words, gold)
                : nn.functional.cross_entropy(scores, tensor(Array.ConvertAll(gold, static label => (long)label)), weights, label_smoothing: settings.Training.LabelSmoothing);
            if (taught is null)
            {
                return own;
            }

            List<float[]> rows = [.. chosen.SelectMany(example => taught[example.Sentence].Skip(example.FirstWord).Take(example.FirstPieces.Length))];
            return (own * (1 - settings.Training.TeacherShare)) + (Teaching.Loss(scores, rows, settings.Training.Temperature) * settings.Training.TeacherShare);
        }
    }

    // What the teachers say of the training texts does not change: they are asked once.
    private float[][][] Listen(IReadOnlyList<string> folders)
    {
        var said = folders.Select(folder =>
        {
            using var teacher = new TokenClassifier(ModelConfig.Load(folder), new Random(0));
            ModelFolder.Load(folder, teacher, LoadRule.Everything);
            var probabilities = new NerTagger(TokenizerFolder.Load(folder), teacher).Read(words, settings.Training.TokensPerBatch, CancellationToken.None).Probabilities;
            return (folder, teacher.Config.Labels, Rows: (IReadOnlyList<float[]>)[.. probabilities.SelectMany(static sentence => sentence)]);
        }).ToList();
        var (mean, first) = (Teaching.Mean(said, model.Config.Labels), 0);
        return [.. words.Select(sentence => mean[first..(first += sentence.Count)])];
    }

    /// <inheritdoc/>
    public TaskScore Judge(CancellationToken cancellationToken)
    {
        var found = tagger.Tag([.. dev.Select(static sentence => sentence.Words)], settings.Training.TokensPerBatch, cancellationToken);
        var (entities, tokens) = NerScores.Of(dev, found);
        return new(entities.F1, "entity F1", new Dictionary<string, double>
        {
            ["precision"] = entities.Precision,
            ["recall"] = entities.Recall,
            ["f1"] = entities.F1,
            ["token accuracy"] = tokens,
        });
    }

    /// <inheritdoc/>
    public string Describe(int example) => $"{train[examples[example].Sentence].Source}:{train[examples[example].Sentence].Line}";

    /// <inheritdoc/>
    public void Save(string folder)
    {
        ModelFolder.Save(folder, model);
        tokenizer.Save(folder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        weights?.Dispose();
        model.Dispose();
    }
}
