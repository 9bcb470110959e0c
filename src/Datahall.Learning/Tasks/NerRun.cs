using Datahall.Learning.Data;
using Datahall.Learning.Models;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;
using TorchSharp;
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
    private readonly List<NerExample> examples;
    private readonly int[][] labels;
    private readonly Precision precision;
    private readonly Tensor? weights;

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
        List<NerExample> chosen = [.. batch.Select(index => examples[index])];
        var masked = PieceMasking.Apply([.. chosen.Select(static example => example.Ids)], settings.Training.PieceDropout, tokenizer.Special, unchecked((((settings.Seed * 31) + epoch) * 1_000_003) + batch[0]));
        var (pieces, selection) = encoding.Pack(chosen, masked, words);
        using (pieces)
        using (selection)
        {
            var scores = model.Forward(pieces, selection, new(precision, Dropout));
            int[] gold = [.. chosen.SelectMany(example => labels[example.Sentence].Skip(example.FirstWord).Take(example.FirstPieces.Length))];
            return model.Crf is { } crf
                ? crf.Loss(scores, selection.Words, gold)
                : nn.functional.cross_entropy(scores, tensor(Array.ConvertAll(gold, static label => (long)label)), weights, label_smoothing: settings.Training.LabelSmoothing);
        }
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
