using System.Text.RegularExpressions;
using Datahall.Learning.Tracking;
using Datahall.Learning.Tracking.TensorBoard;

namespace Datahall.Learning.Tests.Tracking;

public sealed class RunTrackerTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    private RunOptions Options => new(folder.File("ner"), new Dictionary<string, string> { ["model.layers"] = "4", ["seed"] = "1" })
    {
        CommandLine = ["train", "--config", "ner.yaml"],
        CodeFolder = folder.Path,
    };

    [Fact]
    public void A_run_keeps_where_it_comes_from_and_what_it_made()
    {
        File.WriteAllText(folder.File("train.txt"), "EU B-ORG\n");
        File.WriteAllText(folder.File("report.html"), "<html>");
        using (var run = Start(Options with { Data = [folder.File("train.txt")] }))
        {
            run.Log(1, Loss(0.5));
            File.WriteAllText(folder.File("ner", "model.bin"), "weights");
            run.AddArtifact(folder.File("ner", "model.bin"));
            run.AddArtifact(folder.File("report.html"));
            run.Finish(RunState.Finished);
        }

        var found = new RunStore(folder.Path).Find("ner");

        Assert.Equal(RunState.Finished, found.State);
        Assert.Equal("4", found.Document.Configuration["model.layers"]);
        Assert.Equal(["train", "--config", "ner.yaml"], found.Document.CommandLine);
        // By xxhsum -H2 of the package xxhash.
        Assert.Equal([new TrackedFile(folder.File("train.txt"), 9, "a73a9acd089e076cdeba6ab0191a08f8")], found.Document.Data);
        Assert.Equal(["model.bin", Path.Combine("artifacts", "report.html")], found.Document.Artifacts.Select(file => file.Path));
        Assert.True(File.Exists(folder.File("ner", "artifacts", "report.html")));
        Assert.Equal(0.5, found.Metrics["loss"].Last);
        Assert.Null(found.Document.Code.Commit);
    }

    [Fact]
    public void A_run_inside_a_git_work_tree_names_its_commit()
    {
        var code = Provenance.Code(AppContext.BaseDirectory);

        Assert.SkipWhen(code.Commit is null, "this test does not run inside a git work tree");
        Assert.Matches(new Regex("^[0-9a-f]{40}$"), code.Commit!);
        Assert.NotNull(code.Dirty);
    }

    [Fact]
    public void A_run_whose_process_is_gone_shows_as_interrupted()
    {
        var store = new RunStore(folder.Path);
        using (Start(Options))
        {
            Assert.Equal(RunState.Running, store.Find("ner").State);
        }

        Assert.Equal(RunState.Running, store.Find("ner").Document.State);
        Assert.Equal(RunState.Interrupted, store.Find("ner").State);
    }

    [Fact]
    public void Resume_goes_on_in_the_same_folder_without_double_steps()
    {
        using (var run = Start(Options))
        {
            Log(run, 1, 2, 3, 4);
        }

        File.AppendAllText(folder.File("ner", "metrics.jsonl"), "{\"step\":5,\"ti"); // What a kill in the middle of a write leaves.
        using (var run = RunTracker.Resume(Options, 2, TimeProvider.System, Silent))
        {
            Log(run, 3, 4, 5);
            run.Finish(RunState.Finished);
        }

        var found = new RunStore(folder.Path).Find("ner");

        Assert.Equal([1, 2, 3, 4, 5], MetricFile.Read(folder.File("ner", "metrics.jsonl")).Select(line => line.Step));
        Assert.Equal([1, 2, 3, 4, 5], EventFileReader.ReadScalars(folder.File("ner", "tensorboard")).Select(scalar => scalar.Step));
        Assert.Equal(RunState.Finished, found.State);
        Assert.Equal([2L], found.Document.Resumed.Select(resumption => resumption.Step));
    }

    [Fact]
    public void Resume_refuses_a_run_that_another_process_works_on()
    {
        using var run = Start(Options);

        var exception = Assert.Throws<LearningException>(() => RunTracker.Resume(Options, 0, TimeProvider.System, Silent));

        Assert.Contains("another process works on the run", exception.Message);
    }

    [Fact]
    public void Start_refuses_a_folder_that_holds_a_run()
    {
        Start(Options).Dispose();

        var exception = Assert.Throws<LearningException>(() => Start(Options));

        Assert.Equal($"{folder.File("ner")} holds a run already; resume it, or choose another folder", exception.Message);
    }

    [Fact]
    public void Start_names_a_data_file_that_is_not_there_and_lets_go_of_the_folder()
    {
        var exception = Assert.Throws<LearningException>(() => Start(Options with { Data = ["/nowhere/train.txt"] }));
        Start(Options).Dispose();

        Assert.StartsWith("/nowhere/train.txt is not there", exception.Message);
    }

    [Fact]
    public void Log_keeps_numbers_that_are_none()
    {
        using (var run = Start(Options))
        {
            run.Log(1, Loss(double.NaN));
            run.Log(2, Loss(double.PositiveInfinity));
        }

        Assert.Equal([double.NaN, double.PositiveInfinity], new RunStore(folder.Path).Find("ner").Metrics["loss"].Points.Select(point => point.Value));
    }

    private static RunTracker Start(RunOptions options) => RunTracker.Start(options, TimeProvider.System, Silent);

    private static void Silent(string message) => Assert.Fail($"nothing to say was expected, but: {message}");

    private static void Log(RunTracker run, params int[] steps)
    {
        foreach (var step in steps)
        {
            run.Log(step, Loss(1.0 / step));
        }
    }

    private static Dictionary<string, double> Loss(double value) => new() { ["loss"] = value };
}
