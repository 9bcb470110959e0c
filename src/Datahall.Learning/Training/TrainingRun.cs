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

        IReadOnlyList<string> data = [.. settings.Data.Train.Concat(settings.Data.Dev).Select(JsonSplits.FileOf)];
        var stamps = FileStamps.Take(data);
        // Where a run writes and whom it tells may change; what it computes may not.
        var fingerprint = SettingsFile.Fingerprint(settings with { Output = "", Tracking = new() }, [.. data, .. FilesOfModels(settings)]);
        var checkpoints = Path.Combine(settings.Output, "checkpoints");
        var from = TrainingStateFile.StepIn(checkpoints, fingerprint); // A run of other settings is refused before its record is touched.
        torch.manual_seed(settings.Seed);
        using var run = LearningTasks.Find(settings.Task).Open(settings);
        stamps.Check(); // The checksums are of the rows that were read.
        using var progress = new TrainingProgress(time);
        using var tracker = Track(settings, data, from, time, progress);
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
        catch (Exception e)
        {
            tracker.Finish(RunState.Failed, e.Message);
            throw;
        }
    }

    // A run that ended before its first checkpoint has a record too, and goes on from step 0.
    private static RunTracker Track(TrainSettings settings, IReadOnlyList<string> data, long from, TimeProvider time, TrainingProgress progress)
    {
        var options = new RunOptions(settings.Output, Flat(SettingsFile.Write(settings)))
        {
            Data = data,
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
        return File.Exists(new RunFolder(settings.Output).Document)
            ? RunTracker.Resume(options, from, time, progress.Say)
            : RunTracker.Start(options, time, progress.Say);
    }

    // What a training reads of other models: another model in the same folder is another run. ONNX files are made from the rest.
    private static IEnumerable<string> FilesOfModels(TrainSettings settings) =>
        new[] { settings.Model.From, settings.Model.New.Tokenizer }.Concat(settings.Training.Teachers).OfType<string>()
            .Where(Directory.Exists) // One that is not there is named when it is loaded.
            .SelectMany(static folder => Directory.EnumerateFiles(folder).Where(static file => Path.GetExtension(file) is ".json" or ".safetensors" or ".txt").Order(StringComparer.Ordinal));

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
