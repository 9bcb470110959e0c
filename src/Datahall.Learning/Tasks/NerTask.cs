using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tasks;

/// <summary>Named entities: a tag for each word, by its first piece; with a CRF, characters and surface features where the settings ask for them.</summary>
internal sealed class NerTask : ILearningTask
{
    /// <inheritdoc/>
    public string Name => "ner";

    /// <inheritdoc/>
    public ITaskRun Open(TrainSettings settings)
    {
        var (train, dev) = (DataSources.Sentences(settings.Data, settings.Data.Train), DataSources.Sentences(settings.Data, settings.Data.Dev));
        var setup = ModelSetup.Of(settings.Model, train.Select(static sentence => string.Join(' ', sentence.Words)));
        IReadOnlyList<string> labels = ["O", .. train.SelectMany(static sentence => sentence.Tags).Where(static tag => tag != "O").Distinct().Order(StringComparer.Ordinal)];
        labels = labels.ToHashSet(StringComparer.Ordinal).SetEquals(setup.Config.Labels) ? setup.Config.Labels : labels; // A head that is there goes on as it is.
        var known = TokenHeadOptions.Read(setup.Config);
        var options = new TokenHeadOptions(
            settings.Model.Crf || known.Crf,
            known.Characters ?? (settings.Model.Characters ? new(CharacterOptions.AlphabetOf(train.SelectMany(static sentence => sentence.Words))) : null),
            settings.Model.Surface || known.Surface);
        var model = new TokenClassifier(setup.Config with { Labels = labels }, new Random(settings.Seed), options);
        ModelSetup.Prepare(settings.Model, model);
        return new NerRun(settings, setup.Tokenizer, model, train, dev);
    }

    /// <inheritdoc/>
    public bool Judges(ModelConfig config) => OnnxExport.KindOf(config) is ModelKind.TokenClassification;

    /// <inheritdoc/>
    public EvaluationReport Evaluate(EvaluationRequest request, CancellationToken cancellationToken)
    {
        var gold = DataSources.Sentences(request.Data, request.Data.Dev);
        var (found, probabilities, seconds) = request.Runtime is ModelRuntime.Torch ? Run(request, gold, cancellationToken) : Pipe(request, gold);
        var numbers = ModelConfig.Load(request.Model).Labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
        List<PredictedSentence> predicted =
        [
            .. gold.Select((own, i) => new PredictedSentence(own.Words, own.Tags, found[i], $"{own.Source}:{own.Line}")
            {
                GoldProbability = own.Tags.Select((tag, word) => numbers.TryGetValue(tag, out var label) ? probabilities[i][word][label] : 0.0).DefaultIfEmpty(1).Min(),
            }),
        ];
        var known = gold.SelectMany((own, i) => own.Tags.Select((tag, word) => (Row: probabilities[i][word], Label: numbers.GetValueOrDefault(tag, -1)))).Where(static word => word.Label >= 0).ToList();
        if (request.Predictions is { } path)
        {
            AtomicFile.WriteText(path, string.Join('\n', predicted.Select(static sentence => string.Concat(sentence.Words.Select((word, i) => $"{word} {sentence.Gold[i]} {sentence.Predicted[i]}\n")))));
        }

        return EvaluationReport.OfSentences(request.Model, string.Join(", ", request.Data.Dev), predicted, request.Entities) with
        {
            Calibration = Calibration.Of(known.Select(static word => word.Row), known.Select(static word => word.Label)),
            Figures = new Dictionary<string, double> { ["sentences a second"] = gold.Count / seconds },
        };
    }

    private static (List<string[]> Tags, List<float[][]> Probabilities, double Seconds) Run(EvaluationRequest request, List<TaggedSentence> gold, CancellationToken cancellationToken)
    {
        var tokenizer = TokenizerFolder.Load(request.Model);
        using var model = new TokenClassifier(ModelConfig.Load(request.Model), new Random(0));
        ModelFolder.Load(request.Model, model, LoadRule.Everything);
        var started = TimeProvider.System.GetTimestamp();
        var (tags, probabilities) = new NerTagger(tokenizer, model).Read([.. gold.Select(static sentence => sentence.Words)], request.TokensPerBatch, cancellationToken);
        return (tags, probabilities, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
    }

    private static (List<string[]> Tags, List<float[][]> Probabilities, double Seconds) Pipe(EvaluationRequest request, List<TaggedSentence> gold)
    {
        using var pipeline = TextPipeline.Load<TokenClassificationPipeline>(request.Model, new() { Precision = request.Precision });
        var started = TimeProvider.System.GetTimestamp();
        var labels = pipeline.RunWords([.. gold.Select(static sentence => sentence.Words)]);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        return ([.. labels.Select(static own => own.Tags.ToArray())], [.. labels.Select(own => own.Probabilities.Chunk(pipeline.Labels.Count).ToArray())], seconds);
    }
}
