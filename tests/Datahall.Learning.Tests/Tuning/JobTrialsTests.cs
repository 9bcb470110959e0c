using System.Text.Json;
using Datahall.Learning.Tuning;

namespace Datahall.Learning.Tests.Tuning;

public sealed class JobTrialsTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-jobs-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    // A datahall that writes down what it is asked, and answers 'get' with a status.
    private JobTrials Answering(string status, int misses = 0)
    {
        var command = Path.Combine(root, "datahall");
        File.WriteAllText(command, $"#!/bin/sh\necho \"$@\" >> {root}/calls\n[ \"$1\" = get ] || exit 0\n[ $(wc -l < {root}/calls) -le {misses + 1} ] && echo 'no control plane' >&2 && exit 1\necho '{status}'\n");
        File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return Trials(command);
    }

    private JobTrials Trials(string command) =>
        new("base.yaml", new() { Base = "base.yaml", Output = Path.Combine(root, "My_Search"), Space = new Dictionary<string, RangeSettings>(), Resources = new Dictionary<string, string> { ["cpu"] = "1" } }, command);

    private static readonly Trial trial = new() { Number = 3, Places = [], Changes = ["training.learningRate=0.01"] };

    [Fact]
    public void A_trial_is_a_job_that_trains_with_the_trials_changes()
    {
        var folder = Path.Combine(root, "trial-003");

        Answering("""{"status": {"phase": "running"}}""").Start(trial, folder);

        var job = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "job.json"))).RootElement;
        var role = job.GetProperty("spec").GetProperty("roles")[0];
        Assert.Equal($"apply -f {folder}/job.json", File.ReadAllLines(Path.Combine(root, "calls"))[0]);
        Assert.Equal("my-search-3", job.GetProperty("name").GetString());
        Assert.Equal("1", role.GetProperty("resources").GetProperty("cpu").GetString());
        Assert.Equal(
            [Environment.ProcessPath!, "train", "--config", Path.GetFullPath("base.yaml"), "--output", folder, "--set", "training.learningRate=0.01"],
            role.GetProperty("run").GetProperty("process").GetProperty("command").EnumerateArray().Select(static part => part.GetString()!));
    }

    [Theory]
    [InlineData("""{"status": {"phase": "running"}}""", false, null)]
    [InlineData("""{"status": {"phase": "succeeded"}}""", true, null)]
    [InlineData("""{"status": {"phase": "failed", "message": "it ended with exit code 1"}}""", true, "it ended with exit code 1")]
    public void A_trial_ends_as_its_job_does(string status, bool ended, string? failure)
    {
        using var running = Answering(status).Start(trial, Path.Combine(root, "trial-003"));

        Assert.Equal(new(ended, failure), running.Look());
    }

    [Fact]
    public void A_control_plane_that_is_away_for_a_while_ends_no_search()
    {
        using var running = Answering("""{"status": {"phase": "succeeded"}}""", misses: 3).Start(trial, Path.Combine(root, "trial-003"));

        Assert.Equal([default, default, default, new(true)], Enumerable.Range(0, 4).Select(_ => running.Look()));
    }

    [Fact]
    public void A_control_plane_that_stays_away_is_told()
    {
        using var running = Answering("{}", misses: 1000).Start(trial, Path.Combine(root, "trial-003"));

        var failure = Assert.Throws<LearningException>(() =>
        {
            for (var look = 0; look < 100; look++)
            {
                running.Look();
            }
        });

        Assert.Contains("get: no control plane (30 times in a row)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_is_not_there_is_named()
    {
        var failure = Assert.Throws<LearningException>(() => Trials(Path.Combine(root, "nowhere")).Start(trial, Path.Combine(root, "trial-003")));

        Assert.Contains("nowhere cannot be run", failure.Message, StringComparison.Ordinal);
        Assert.Contains(JobTrials.CommandVariable, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_that_is_stopped_is_cancelled()
    {
        using var running = Answering("{}").Start(trial, Path.Combine(root, "trial-003"));

        running.Stop();

        Assert.Equal("cancel job/my-search-3", File.ReadAllLines(Path.Combine(root, "calls"))[^1]);
    }
}
