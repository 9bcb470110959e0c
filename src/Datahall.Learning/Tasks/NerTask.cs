using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Rows;
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
        var (log, folder) = (DataSources.LogOf(settings.Data), DataSources.FolderOf(settings));
        var (train, dev) = (DataSources.Sentences(settings.Data, settings.Data.Train, folder, log), DataSources.Sentences(settings.Data, settings.Data.Dev, folder, log));
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
        using var gold = DataSources.Sentences(request.Data, request.Data.Dev, Path.GetTempPath(), log);
        using var found = new NerFindings(ModelConfig.Load(request.Model).Labels);
        var seconds = request.Runtime is ModelRuntime.Torch ? Run(request, gold, found, cancellationToken) : Pipe(request, gold, found);
        if (request.Predictions is { } path)
        {
            AtomicFile.WriteTexts(path, found.Sentences.Select(static (sentence, i) =>
                (i == 0 ? "" : "\n") + string.Concat(sentence.Words.Select((word, k) => $"{word}\t{sentence.Gold[k]}\t{sentence.Predicted[k]}\n"))));
        }

        return EvaluationReport.OfSentences(request.Model, string.Join(", ", request.Data.Dev), found.Sentences, request.Entities) with
        {
            Calibration = found.Calibration(),
            Figures = new Dictionary<string, double> { ["sentences a second"] = gold.Count / seconds },
            BadLines = log.Count,
        };
    }

    private static double Run(EvaluationRequest request, DiskRows<TaggedSentence> gold, NerFindings found, CancellationToken cancellationToken)
    {
        using var model = new TokenClassifier(ModelConfig.Load(request.Model), new Random(0));
        ModelFolder.Load(request.Model, model, LoadRule.Everything);
        var tagger = new NerTagger(TokenizerFolder.Load(request.Model), model);
        return Measure(gold, found, words => tagger.Read(words, request.TokensPerBatch, cancellationToken));
    }

    private static double Pipe(EvaluationRequest request, DiskRows<TaggedSentence> gold, NerFindings found)
    {
        using var pipeline = TextPipeline.Load<TokenClassificationPipeline>(request.Model, new() { Precision = request.Precision });
        return Measure(gold, found, words =>
        {
            var labels = pipeline.RunWords(words);
            return ([.. labels.Select(static own => own.Tags.ToArray())], [.. labels.Select(static own => own.Probabilities)]);
        });
    }

    // The seconds that the model took.
    private static double Measure(DiskRows<TaggedSentence> gold, NerFindings found, Func<List<IReadOnlyList<string>>, (List<string[]> Tags, List<float[]> Probabilities)> read)
    {
        var seconds = 0.0;
        foreach (var window in gold.Windows())
        {
            var started = TimeProvider.System.GetTimestamp();
            var (tags, probabilities) = read(window.ConvertAll(static sentence => sentence.Words));
            seconds += TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            foreach (var (i, sentence) in window.Index())
            {
                found.Add(sentence, tags[i], probabilities[i]);
            }
        }

        return seconds;
    }
}
