using Datahall.Learning.Data;
using Datahall.Learning.Files;
using Datahall.Learning.Models;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;
using TorchSharp;

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
}
