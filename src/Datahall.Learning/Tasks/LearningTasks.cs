using Datahall.Learning.Evaluation;
using Datahall.Learning.Files;
using Datahall.Learning.Settings;

namespace Datahall.Learning.Tasks;

/// <summary>A kind of work that a model can learn. A new one is a file with its head, loss, metrics and data, and a line in <see cref="LearningTasks"/>.</summary>
internal interface ILearningTask
{
    /// <summary>Its name in settings.</summary>
    string Name { get; }

    /// <summary>Reads the data, and makes or loads the model.</summary>
    /// <exception cref="LearningException">Data or model are not what the task needs.</exception>
    ITaskRun Open(TrainSettings settings);

    /// <summary>Whether models of a config are judged by this task.</summary>
    bool Judges(ModelConfig config);

    /// <summary>Judges a model.</summary>
    /// <exception cref="LearningException">Data or model are not what the task needs.</exception>
    EvaluationReport Evaluate(EvaluationRequest request, CancellationToken cancellationToken);
}

/// <summary>The tasks there are.</summary>
internal static class LearningTasks
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ILearningTask> All { get; } = [new NerTask(), new ClassifyTask(isMultiLabel: false), new ClassifyTask(isMultiLabel: true), new RankTask(), new EmbedTask(), new MaskedLanguageTask()];

    /// <summary>The task that judges models of a config.</summary>
    /// <exception cref="LearningException">There is none.</exception>
    public static ILearningTask Judging(ModelConfig config, string folder) => All.FirstOrDefault(task => task.Judges(config))
        ?? throw new LearningException($"{folder}: models of {config.Architecture ?? "no stated architecture"} are not judged by files with labels");

    /// <summary>The task of that name.</summary>
    /// <exception cref="LearningException">There is none.</exception>
    public static ILearningTask Find(string name) => All.FirstOrDefault(task => task.Name == name)
        ?? throw new LearningException($"task: there is no task '{name}'; there are {string.Join(", ", All.Select(static task => task.Name))}");
}
