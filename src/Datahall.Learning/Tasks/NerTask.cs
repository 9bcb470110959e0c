using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Models;
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
        var options = new TokenHeadOptions(
            settings.Model.Crf,
            settings.Model.Characters ? new(CharacterOptions.AlphabetOf(train.SelectMany(static sentence => sentence.Words))) : null,
            settings.Model.Surface);
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
        var tokenizer = TokenizerFolder.Load(request.Model);
        using var model = new TokenClassifier(ModelConfig.Load(request.Model), new Random(0));
        ModelFolder.Load(request.Model, model, LoadRule.Everything);
        var started = TimeProvider.System.GetTimestamp();
        var (found, probabilities) = new NerTagger(tokenizer, model).Read([.. gold.Select(static sentence => sentence.Words)], request.TokensPerBatch, cancellationToken);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var numbers = model.Config.Labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
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
}
