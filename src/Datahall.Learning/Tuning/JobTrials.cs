using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Datahall.Learning.Tuning;

/// <summary>Runs trials as jobs of a control plane, through the command <c>datahall</c>; this program and the folder of the search must be found at the same paths on all nodes.</summary>
/// <param name="settings">The settings that are varied.</param>
/// <param name="tune">The search.</param>
/// <param name="command">The path of <c>datahall</c>, or its name when it is in PATH.</param>
internal sealed class JobTrials(string settings, TuneSettings tune, string command) : ITrialRunner
{
    /// <summary>The variable that says the path of <c>datahall</c>; it sets it itself when it calls this program.</summary>
    public const string CommandVariable = "DATAHALL_COMMAND";

    /// <inheritdoc/>
    public IRunningTrial Start(Trial trial, string folder)
    {
        var name = $"{Path.GetFileName(Path.GetFullPath(tune.Output)).ToLowerInvariant().Replace('_', '-').Replace('.', '-')}-{trial.Number}";
        var manifest = Path.Combine(folder, "job.json");
        Directory.CreateDirectory(folder);
        File.WriteAllText(manifest, Manifest(name, trial, folder).ToJsonString());
        _ = Run("apply", "-f", manifest);
        return new Running(this, name);
    }

    private JsonObject Manifest(string name, Trial trial, string folder)
    {
        string[] trained = [Environment.ProcessPath!, "train", "--config", Path.GetFullPath(settings), "--output", Path.GetFullPath(folder), .. trial.Changes.SelectMany(static change => new[] { "--set", change })];
        return new()
        {
            ["kind"] = "Job",
            ["name"] = name,
            ["labels"] = new JsonObject { ["datahall.dev/search"] = Path.GetFileName(Path.GetFullPath(tune.Output)) },
            ["spec"] = new JsonObject
            {
                ["roles"] = new JsonArray(new JsonObject
                {
                    ["name"] = "trial",
                    ["resources"] = new JsonObject(tune.Resources.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
                    ["run"] = new JsonObject { ["process"] = new JsonObject { ["command"] = new JsonArray([.. trained.Select(static part => (JsonNode)part)]), ["workingDirectory"] = Environment.CurrentDirectory } },
                }),
                ["checkpoint"] = new JsonObject { ["path"] = Path.Combine(Path.GetFullPath(folder), "checkpoints") },
                ["restart"] = new JsonObject { ["policy"] = "onFailure", ["limit"] = 3 },
            },
        };
    }

    private string Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })
            ?? throw new LearningException($"the command {command} cannot be run; 'run: jobs' needs it in PATH, or its path in {CommandVariable}");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new LearningException($"{command} {arguments[0]}: {errors.GetAwaiter().GetResult().Trim()}");
    }

    private sealed class Running(JobTrials jobs, string name) : IRunningTrial
    {
        public TrialOutcome Look()
        {
            var status = JsonDocument.Parse(jobs.Run("get", $"job/{name}", "-o", "json")).RootElement.GetProperty("status");
            return status.GetProperty("phase").GetString() switch
            {
                "succeeded" => new(true),
                "failed" or "cancelled" => new(true, status.TryGetProperty("message", out var message) ? message.GetString() : "the job failed"),
                _ => default,
            };
        }

        public void Stop() => _ = jobs.Run("cancel", $"job/{name}");

        public void Dispose()
        {
            // The job is the control plane's.
        }
    }
}
