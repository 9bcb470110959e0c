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
    private static readonly string[] usedBySequences = ["model.crf", "model.characters", "model.surface", "training.pieceDropout", "training.teachers"];
    private static readonly string[] usedByWords = [.. usedBySequences, "training.labelSmoothing", "training.balanceClasses"];

    /// <inheritdoc/>
    public string Name => "ner";

    /// <inheritdoc/>
    public ITaskRun Open(TrainSettings settings)
    {
        var log = DataSources.LogOf(settings.Data);
        var (train, dev) = (DataSources.Sentences(settings.Data, settings.Data.Train, log), DataSources.Sentences(settings.Data, settings.Data.Dev, log));
        var setup = ModelSetup.Of(settings.Model, train.Select(static sentence => string.Join(' ', sentence.Words)));
        IReadOnlyList<string> labels = ["O", .. train.SelectMany(static sentence => sentence.Tags).Where(static tag => tag != "O").Distinct().Order(StringComparer.Ordinal)];
        labels = labels.ToHashSet(StringComparer.Ordinal).SetEquals(setup.Config.Labels) ? setup.Config.Labels : labels; // A head that is there goes on as it is.
        var known = TokenHeadOptions.Read(setup.Config);
        var options = new TokenHeadOptions(
            settings.Model.Crf || known.Crf,
            known.Characters ?? (settings.Model.Characters ? new(CharacterOptions.AlphabetOf(train.SelectMany(static sentence => sentence.Words))) : null),
            settings.Model.Surface || known.Surface);
        Refuse(settings, options);
        var model = new TokenClassifier(setup.Config with { Labels = labels }, new Random(settings.Seed), options);
        ModelSetup.Prepare(settings.Model, model);
        return new NerRun(settings, setup.Tokenizer, model, train, dev);
    }

    // A CRF aims at whole sequences: what changes the aim of single words is not for it.
    private static void Refuse(TrainSettings settings, TokenHeadOptions options) => UnusedSettings.Refuse(
        settings, $"the task ner{(options.Crf ? " with a CRF" : "")}", options.Crf ? usedBySequences : usedByWords);

    /// <inheritdoc/>
    public bool Judges(ModelConfig config) => OnnxExport.KindOf(config) is ModelKind.TokenClassification;

    /// <inheritdoc/>
    public EvaluationReport Evaluate(EvaluationRequest request, CancellationToken cancellationToken)
    {
        var log = DataSources.LogOf(request.Data);
        var gold = DataSources.Sentences(request.Data, request.Data.Dev, log);
        var (found, probabilities, seconds) = request.Runtime is ModelRuntime.Torch ? Run(request, gold, cancellationToken) : Pipe(request, gold);
        var labels = ModelConfig.Load(request.Model).Labels;
        // The right tags are IOB2. Those of a model of another scheme are written so too; its probabilities are of other tags, and are left out.
        var isIob2 = TagSchemes.AreIob2(labels);
        List<PredictedSentence> predicted =
        [
            .. gold.Zip(found, (own, tags) => new PredictedSentence(
                own.Words, own.Tags, isIob2 ? tags : TagSchemes.Write(TagSchemes.Entities(tags), tags.Length, TagScheme.Iob2), $"{own.Source}:{own.Line}")),
        ];
        var numbers = labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
        if (isIob2)
        {
            predicted = [.. predicted.Select((sentence, i) => sentence with
            {
                GoldProbability = sentence.Gold.Select((tag, word) => numbers.TryGetValue(tag, out var label) ? probabilities[i][word][label] : 0.0).DefaultIfEmpty(1).Min(),
            })];
        }

        if (request.Predictions is { } path)
        {
            AtomicFile.WriteText(path, string.Join('\n', predicted.Select(static sentence => string.Concat(sentence.Words.Select((word, i) => $"{word}\t{sentence.Gold[i]}\t{sentence.Predicted[i]}\n")))));
        }

        return EvaluationReport.OfSentences(request.Model, string.Join(", ", request.Data.Dev), predicted, request.Entities) with
        {
            Calibration = isIob2 ? CalibrationOf(gold, probabilities, numbers) : null,
            Figures = new Dictionary<string, double> { ["sentences a second"] = gold.Count / seconds },
            BadLines = log.Count,
        };
    }

    private static Calibration CalibrationOf(List<TaggedSentence> gold, List<float[][]> probabilities, Dictionary<string, int> numbers)
    {
        var known = gold.SelectMany((own, i) => own.Tags.Select((tag, word) => (Row: probabilities[i][word], Label: numbers.GetValueOrDefault(tag, -1)))).Where(static word => word.Label >= 0).ToList();
        return Calibration.Of(known.Select(static word => word.Row), known.Select(static word => word.Label));
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
