using System.ComponentModel;
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

    private const int MostMisses = 30;

    /// <inheritdoc/>
    public IRunningTrial Start(Trial trial, string folder)
    {
        var name = $"{Path.GetFileName(Path.GetFullPath(tune.Output)).ToLowerInvariant().Replace('_', '-').Replace('.', '-')}-{trial.Number}";
        var manifest = Path.Combine(folder, "job.json");
        Directory.CreateDirectory(folder);
        File.WriteAllText(manifest, Manifest(name, trial, folder).ToJsonString());
        Demand("apply", "-f", manifest);
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

    private void Demand(params string[] arguments)
    {
        var answer = Run(arguments);
        if (answer.Failure is { } failure)
        {
            throw new LearningException(failure);
        }
    }

    private Answer Run(params string[] arguments)
    {
        using var process = StartCommand(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(output, process.ExitCode == 0 ? null : $"{command} {arguments[0]}: {errors.GetAwaiter().GetResult().Trim()}");
    }

    private Process StartCommand(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        }
        catch (Win32Exception e)
        {
            throw new LearningException($"the command {command} cannot be run ({e.Message}); 'run: jobs' needs it in PATH, or its path in {CommandVariable}", e);
        }
    }

    /// <param name="Output">What it wrote.</param>
    /// <param name="Failure">Why it failed; null: it did not.</param>
    private readonly record struct Answer(string Output, string? Failure);

    private sealed class Running(JobTrials jobs, string name) : IRunningTrial
    {
        private int misses;

        public TrialOutcome Look()
        {
            var answer = jobs.Run("get", $"job/{name}", "-o", "json");
            if (answer.Failure is { } failure)
            {
                // The job goes on while its control plane starts anew.
                return ++misses < MostMisses ? default : throw new LearningException($"{failure} ({misses} times in a row)");
            }

            misses = 0;
            using var job = JsonDocument.Parse(answer.Output);
            var status = job.RootElement.GetProperty("status");
            return status.GetProperty("phase").GetString() switch
            {
                "succeeded" => new(true),
                "failed" or "cancelled" => new(true, status.TryGetProperty("message", out var message) ? message.GetString() : "the job failed"),
                _ => default,
            };
        }

        public void Stop() => jobs.Demand("cancel", $"job/{name}");

        public void Dispose()
        {
            // The job is the control plane's.
        }
    }
}
