using System.Text.Json;
using Datahall.Learning.Settings;
using Datahall.Learning.Tracking;
using Datahall.Learning.Training;

namespace Datahall.Learning.Tests.Training;

public sealed class TrainingRunTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-run-").FullName;

    public TrainingRunTests() => Natives.NativeLibraries.Prepare();

    public void Dispose() => Directory.Delete(root, recursive: true);

    private TrainSettings Settings(string name, string? from = null) => new()
    {
        Task = "ner",
        Output = Path.Combine(root, name),
        Data = new() { Train = [SmallSentences.Write(root, "train.conll", 10)] },
        Model = new() { From = from, New = new() { Layers = 1, Hidden = 16, Heads = 2, FeedForward = 32, Vocabulary = 300 } },
        Training = new() { Epochs = 1, TokensPerBatch = 256, Threads = 1 },
        Tracking = new() { Tensorboard = false },
    };

    private static string Train(TrainSettings settings) => TrainingRun.Run(settings, TimeProvider.System, TestContext.Current.CancellationToken);

    private string StateOf(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(root, name, "run.json"))).RootElement.GetProperty("state").GetString()!;

    [Fact]
    public void A_run_that_ended_before_its_first_checkpoint_goes_on()
    {
        var settings = Settings("run");
        RunTracker.Start(new(settings.Output, new Dictionary<string, string>()) { TensorBoard = false }, TimeProvider.System, static _ => { }).Dispose();

        var model = Train(settings);

        Assert.True(File.Exists(Path.Combine(model, "model.safetensors")));
        Assert.Equal("Finished", StateOf("run"));
    }

    [Fact]
    public void Other_settings_leave_the_record_of_a_run_as_it_is()
    {
        var settings = Settings("run");
        _ = Train(settings);
        var before = Record();

        var problem = Assert.Throws<LearningException>(() => Train(settings with { Seed = 2 })).Message;

        Assert.Contains("other settings, data or models", problem, StringComparison.Ordinal);
        Assert.Equal(before, Record());

        (string, string) Record() => (File.ReadAllText(Path.Combine(settings.Output, "run.json")), File.ReadAllText(Path.Combine(settings.Output, "metrics.jsonl")));
    }

    [Fact]
    public void Another_model_in_the_folder_that_a_run_starts_from_makes_another_run()
    {
        var first = Train(Settings("first"));
        var settings = Settings("second", first);
        _ = Train(settings);
        _ = Train(settings); // The same again is taken up.

        var other = Train(Settings("other") with { Seed = 2 });
        File.Copy(Path.Combine(other, "model.safetensors"), Path.Combine(first, "model.safetensors"), overwrite: true);

        Assert.Contains("other settings, data or models", Assert.Throws<LearningException>(() => Train(settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_of_any_kind_is_in_the_record()
    {
        var settings = Settings("run");
        Directory.CreateDirectory(settings.Output);
        File.WriteAllText(Path.Combine(settings.Output, "model"), "a file where the model's folder goes");

        Assert.Throws<IOException>(() => Train(settings));

        Assert.Equal("Failed", StateOf("run"));
    }
}
