using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Datahall.Learning.Tuning;

/// <summary>Runs trials as jobs of a control plane, through the command <c>datahall</c>; the folder of the search must be the same on all nodes.</summary>
internal sealed class JobTrials(string settings, TuneSettings tune) : ITrialRunner
{
    private const string Command = "datahall";

    /// <inheritdoc/>
    public IRunningTrial Start(Trial trial, string folder)
    {
        var name = $"{Path.GetFileName(Path.GetFullPath(tune.Output)).ToLowerInvariant().Replace('_', '-').Replace('.', '-')}-{trial.Number}";
        var manifest = Path.Combine(folder, "job.json");
        Directory.CreateDirectory(folder);
        File.WriteAllText(manifest, Manifest(name, trial, folder).ToJsonString());
        _ = Run("apply", "-f", manifest);
        return new Running(name);
    }

    private JsonObject Manifest(string name, Trial trial, string folder)
    {
        string[] command = [Command, "train", "--config", Path.GetFullPath(settings), "--output", Path.GetFullPath(folder), .. trial.Changes.SelectMany(static change => new[] { "--set", change })];
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
                    ["run"] = new JsonObject { ["process"] = new JsonObject { ["command"] = new JsonArray([.. command.Select(static part => (JsonNode)part)]), ["workingDirectory"] = Environment.CurrentDirectory } },
                }),
                ["checkpoint"] = new JsonObject { ["path"] = Path.Combine(Path.GetFullPath(folder), "checkpoints") },
                ["restart"] = new JsonObject { ["policy"] = "onFailure", ["limit"] = 3 },
            },
        };
    }

    private static string Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })
            ?? throw new LearningException($"the command {Command} cannot be run; it must be in PATH for 'run: jobs'");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new LearningException($"{Command} {arguments[0]}: {errors.GetAwaiter().GetResult().Trim()}");
    }

    private sealed class Running(string name) : IRunningTrial
    {
        public TrialOutcome Look()
        {
            var status = JsonDocument.Parse(Run("get", $"job/{name}", "-o", "json")).RootElement.GetProperty("status");
            return status.GetProperty("phase").GetString() switch
            {
                "succeeded" => new(true),
                "failed" or "cancelled" => new(true, status.TryGetProperty("reason", out var reason) ? reason.GetString() : "the job failed"),
                _ => default,
            };
        }

        public void Stop() => _ = Run("cancel", $"job/{name}");

        public void Dispose()
        {
            // The job is the control plane's.
        }
    }
}
