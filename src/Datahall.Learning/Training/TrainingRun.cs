using System.Text.Json;
using System.Text.Json.Nodes;
using Datahall.Learning.Data;
using Datahall.Learning.Settings;
using Datahall.Learning.Tasks;
using Datahall.Learning.Tracking;
using Datahall.Learning.Tracking.Mlflow;
using TorchSharp;

namespace Datahall.Learning.Training;

/// <summary>One training from settings to a model's folder: <c>OUTPUT/model</c> is the best model, <c>OUTPUT/checkpoints</c> what the run goes on from.</summary>
internal static class TrainingRun
{
    /// <summary>Trains, or goes on.</summary>
    /// <returns>The best model's folder.</returns>
    /// <exception cref="LearningException">Settings, data or model are not what they should be.</exception>
    public static string Run(TrainSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        if (settings.Data.Train.Count == 0)
        {
            throw new LearningException("data.train names no file; training needs at least one");
        }

        if (settings.Training.Threads > 0)
        {
            torch.set_num_threads(settings.Training.Threads);
        }

        IReadOnlyList<string> files = [.. settings.Data.Train.Concat(settings.Data.Dev).Select(JsonSplits.FileOf)];
        // Where a run writes and whom it tells may change; what it computes may not.
        var fingerprint = SettingsFile.Fingerprint(settings with { Output = "", Tracking = new() }, files);
        torch.manual_seed(settings.Seed);
        using var run = LearningTasks.Find(settings.Task).Open(settings);
        var checkpoints = Path.Combine(settings.Output, "checkpoints");
        using var progress = new TrainingProgress(time);
        var options = new RunOptions(settings.Output, Flat(SettingsFile.Write(settings)))
        {
            Data = files,
            CommandLine = Environment.GetCommandLineArgs(),
            TensorBoard = settings.Tracking.Tensorboard,
            Mlflow = settings.Tracking.Mlflow is { } url
                ? MlflowServer.FromEnvironment(name => name switch
                {
                    "MLFLOW_TRACKING_URI" => url,
                    "MLFLOW_EXPERIMENT_NAME" => settings.Tracking.Experiment ?? settings.Task,
                    _ => Environment.GetEnvironmentVariable(name),
                })
                : MlflowServer.FromEnvironment(Environment.GetEnvironmentVariable),
        };
        var from = TrainingStateFile.StepIn(checkpoints);
        using var tracker = from is { } step && File.Exists(Path.Combine(settings.Output, "run.json"))
            ? RunTracker.Resume(options, step, time, progress.Say)
            : RunTracker.Start(options, time, progress.Say);
        try
        {
            using var trainer = new Trainer(run, settings.Training, settings.Seed, fingerprint, checkpoints, new TrackingObserver(tracker, progress));
            trainer.Run(cancellationToken);
            var model = Path.Combine(settings.Output, "model");
            ModelPlace.Copy(trainer.BestFolder!, model);
            tracker.AddArtifact(model);
            tracker.Finish(RunState.Finished);
            progress.Say($"the best model is in {model}");
            return model;
        }
        catch (OperationCanceledException)
        {
            tracker.Finish(RunState.Interrupted, "interrupted; the same command goes on from the last checkpoint");
            throw;
        }
        catch (LearningException e)
        {
            tracker.Finish(RunState.Failed, e.Message);
            throw;
        }
    }

    // The leaves of a JSON document by their paths.
    private static Dictionary<string, string> Flat(string json)
    {
        var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(JsonNode.Parse(json), "");
        return leaves;

        void Add(JsonNode? node, string path)
        {
            if (node is JsonObject fields)
            {
                foreach (var (name, value) in fields)
                {
                    Add(value, path.Length == 0 ? name : $"{path}.{name}");
                }
            }
            else if (node is not null)
            {
                leaves[path] = node.GetValueKind() is JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();
            }
        }
    }
}
