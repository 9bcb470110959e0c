using Datahall.Learning.Data;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Rows;
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
    private readonly DiskRows<TaggedSentence> train;
    private readonly DiskRows<TaggedSentence> dev;
    private readonly NerExamples encoding;
    private readonly NerTagger tagger;
    private readonly DiskRows<WordWindow> examples;
    private readonly Dictionary<string, int> numbers;
    private readonly Precision precision;
    private readonly Tensor? weights;
    private readonly DiskRows<float[]>? taught; // By sentence: [words · labels].

    /// <summary>Encodes the sentences, which it owns from here on.</summary>
    public NerRun(TrainSettings settings, ITokenizer tokenizer, TokenClassifier model, DiskRows<TaggedSentence> train, DiskRows<TaggedSentence> dev)
    {
        (this.settings, this.tokenizer, this.model, this.train, this.dev) = (settings, tokenizer, model, train, dev);
        precision = Runtime.PrecisionOf(settings.Training);
        encoding = new(tokenizer, model);
        tagger = new(tokenizer, model);
        numbers = model.Config.Labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
        examples = new(DataSources.FolderOf(settings), new WindowRows());
        var lengths = new List<int>();
        foreach (var example in encoding.Of(train.Select(static sentence => sentence.Words)))
        {
            examples.Add(example);
            lengths.Add(example.Ids.Length);
        }

        Lengths = [.. lengths];
        Dropout = new(settings.Seed);
        weights = settings.Training.BalanceClasses ? ClassWeights.Of(train.SelectMany(static sentence => sentence.Tags).Select(tag => numbers[tag]), model.Config.Labels.Count) : null;
        taught = settings.Training.Teachers.Count > 0 ? Listen(settings.Training.Teachers) : null;
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
        List<WordWindow> windows = [.. batch.Select(index => examples[index])];
        var sentences = windows.ConvertAll(window => train[window.Sentence]);
        List<WordWindow> chosen = [.. windows.Select(static (window, i) => window with { Sentence = i })];
        var masked = PieceMasking.Apply([.. chosen.Select(static example => example.Ids)], settings.Training.PieceDropout, tokenizer.Special, unchecked((((settings.Seed * 31) + epoch) * 1_000_003) + batch[0]));
        var (pieces, selection) = encoding.Pack(chosen, masked, sentences.ConvertAll(static sentence => sentence.Words));
        using (pieces)
        using (selection)
        {
            var scores = model.Forward(pieces, selection, new(precision, Dropout));
            int[] gold = [.. chosen.SelectMany(example => sentences[example.Sentence].Tags.Skip(example.FirstWord).Take(example.FirstPieces.Length)).Select(tag => numbers[tag])];
            var own = model.Crf is { } crf
                ? crf.Loss(scores, selection.Words, gold)
                : nn.functional.cross_entropy(scores, tensor(Array.ConvertAll(gold, static label => (long)label)), weights, label_smoothing: settings.Training.LabelSmoothing);
            return taught is null
                ? own
                : own.Times(1 - settings.Training.TeacherShare)
                    .Plus(Teaching.Loss(scores, [.. windows.SelectMany(Taught)], settings.Training.Temperature).Times(settings.Training.TeacherShare));
        }
    }

    // What the teachers say of each word of an example.
    private IEnumerable<float[]> Taught(WordWindow window) => taught![window.Sentence].Chunk(numbers.Count).Skip(window.FirstWord).Take(window.FirstPieces.Length);

    // What the teachers say of the training texts does not change: they are asked once.
    private DiskRows<float[]> Listen(IReadOnlyList<string> folders)
    {
        var said = folders.Select(folder =>
        {
            using var teacher = new TokenClassifier(ModelConfig.Load(folder), new Random(0));
            ModelFolder.Load(folder, teacher, LoadRule.Everything);
            var (reader, rows) = (new NerTagger(TokenizerFolder.Load(folder), teacher), Rows());
            foreach (var window in train.Windows())
            {
                rows.With(reader.Read(window.ConvertAll(static sentence => sentence.Words), settings.Training.TokensPerBatch, CancellationToken.None).Probabilities);
            }

            return (folder, teacher.Config.Labels, Rows: rows);
        }).ToList();
        var mean = Rows().With(Teaching.Mean([.. said.Select(static one => (one.folder, one.Labels, (IReadOnlyList<float[]>)one.Rows))], model.Config.Labels));
        said.ForEach(static one => one.Rows.Dispose());
        return mean;

        DiskRows<float[]> Rows() => new(DataSources.FolderOf(settings), new FloatRows());
    }

    /// <inheritdoc/>
    public TaskScore Judge(CancellationToken cancellationToken)
    {
        var scores = new NerScores();
        foreach (var window in dev.Windows())
        {
            foreach (var (sentence, found) in window.Zip(tagger.Tag(window.ConvertAll(static sentence => sentence.Words), settings.Training.TokensPerBatch, cancellationToken)))
            {
                scores.Add(sentence.Tags, found);
            }
        }

        var entities = scores.Entities;
        return new(entities.F1, "entity F1", new Dictionary<string, double>
        {
            ["precision"] = entities.Precision,
            ["recall"] = entities.Recall,
            ["f1"] = entities.F1,
            ["token accuracy"] = scores.Tokens,
        });
    }

    /// <inheritdoc/>
    public string Describe(int example)
    {
        var sentence = train[examples[example].Sentence];
        return $"{sentence.Source}:{sentence.Line}";
    }

    /// <inheritdoc/>
    public void Save(string folder)
    {
        ModelFolder.Save(folder, model);
        tokenizer.Save(folder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        train.Dispose();
        dev.Dispose();
        examples.Dispose();
        taught?.Dispose();
        weights?.Dispose();
        model.Dispose();
    }
}
