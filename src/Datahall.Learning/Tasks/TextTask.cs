using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Rows;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tasks;

/// <summary>What texts are read for.</summary>
internal enum TextUse
{
    /// <summary>To learn from.</summary>
    Train,

    /// <summary>To judge by.</summary>
    Judge,
}

/// <summary>A task over texts that is judged by figures, without labels.</summary>
internal abstract class TextTask<TModel> : ILearningTask
    where TModel : EncoderModel
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>What it uses of the settings that not every task does, as <see cref="UnusedSettings"/> names them.</summary>
    protected virtual IReadOnlyCollection<string> Uses => [];

    /// <inheritdoc/>
    public ITaskRun Open(TrainSettings settings)
    {
        UnusedSettings.Refuse(settings, $"the task {Name}", Uses);
        var (log, folder) = (DataSources.LogOf(settings.Data), DataSources.FolderOf(settings));
        var texts = new TaskTexts(Read(settings.Data, settings.Data.Train, TextUse.Train, folder, log), Read(settings.Data, settings.Data.Dev, TextUse.Judge, folder, log));
        var setup = ModelSetup.Of(settings.Model, texts.TrainTexts);
        var model = Make(setup.Config, new Random(settings.Seed));
        ModelSetup.Prepare(settings.Model, model);
        return Begin(settings, setup.Tokenizer, model, texts);
    }

    /// <inheritdoc/>
    public abstract bool Judges(ModelConfig config);

    /// <inheritdoc/>
    public EvaluationReport Evaluate(EvaluationRequest request, CancellationToken cancellationToken)
    {
        if (request.Predictions is not null)
        {
            throw new LearningException($"--save-predictions: a model of the task {Name} gives no labels that could be written; leave it out");
        }

        var log = DataSources.LogOf(request.Data);
        using var dev = Read(request.Data, request.Data.Dev, TextUse.Judge, Path.GetTempPath(), log);
        return new()
        {
            Model = request.Model,
            Data = string.Join(", ", request.Data.Dev),
            Figures = (request.Runtime is ModelRuntime.Torch ? JudgeWeights(request, dev, cancellationToken) : JudgeExport(request, dev)).Metrics,
            BadLines = log.Count,
        };
    }

    /// <summary>Makes the model with random weights.</summary>
    protected abstract TModel Make(ModelConfig config, Random random);

    /// <summary>The task with its texts and model in hand, which it owns from here on.</summary>
    protected abstract ITaskRun Begin(TrainSettings settings, ITokenizer tokenizer, TModel model, TaskTexts texts);

    /// <summary>Whether a text must have a second one.</summary>
    protected virtual bool NeedsPair(TextUse use) => false;

    /// <summary>Judges the folder's ONNX model, on one text or more.</summary>
    /// <exception cref="LearningException">There is none.</exception>
    protected abstract TaskScore JudgeExport(EvaluationRequest request, DiskRows<LabelledText> dev);

    private TaskScore JudgeWeights(EvaluationRequest request, DiskRows<LabelledText> dev, CancellationToken cancellationToken)
    {
        var model = Make(ModelConfig.Load(request.Model), new Random(0));
        ModelFolder.Load(request.Model, model, LoadRule.Everything);
        using var run = Begin(EvaluationRuns.Settings(request), TokenizerFolder.Load(request.Model), model, new(TaskTexts.None(), dev));
        return run.Judge(cancellationToken);
    }

    private DiskRows<LabelledText> Read(DataSettings settings, IReadOnlyList<string> files, TextUse use, string folder, BadLineLog log)
    {
        var texts = files.Count > 0 ? DataSources.Texts(settings, files, LabelForm.One, folder, log) : TaskTexts.None();
        return NeedsPair(use) && texts.FirstOrDefault(static text => text.Pair is null) is { } alone
            ? throw new LearningException($"{alone.Source}:{alone.Line}: there is no second text; name its field with data.fields.pair (evaluate: --pair)")
            : texts;
    }
}
