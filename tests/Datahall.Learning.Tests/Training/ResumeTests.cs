using System.Text.Json;
using Datahall.Learning.Settings;
using Datahall.Learning.Tasks;
using Datahall.Learning.Training;

namespace Datahall.Learning.Tests.Training;

public sealed class ResumeTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-resume-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    private TrainSettings Settings(double averaging = 0, int sentences = 40, double epochs = 3) => new()
    {
        Task = "ner",
        Output = root,
        Data = new() { Train = [SmallSentences.Write(root, "train.conll", sentences)], Dev = [SmallSentences.Write(root, "dev.conll", 10)] },
        Model = new() { New = new() { Layers = 1, Hidden = 16, Heads = 2, FeedForward = 32, Vocabulary = 300 }, Crf = true, Characters = true, Surface = true },
        Training = new() { Epochs = epochs, TokensPerBatch = 64, Accumulate = 2, LearningRate = 1e-3, PieceDropout = 0.1, CheckpointEvery = 2, EvaluateEvery = 5, Threads = 1, Averaging = averaging },
    };

    private static byte[] Train(TrainSettings settings, string folder, Observer observer)
    {
        using var run = LearningTasks.Find(settings.Task).Open(settings);
        using var trainer = new Trainer(run, settings.Training, settings.Seed, "same", folder, observer);
        trainer.Run(TestContext.Current.CancellationToken);
        var checkpoints = new CheckpointFolder(folder);
        checkpoints.Open();
        return File.ReadAllBytes(Path.Combine(checkpoints.Last!, "model.safetensors"));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.9)]
    public void A_run_that_was_killed_at_any_step_ends_with_the_bits_of_one_that_was_not(double averaging) => EndsAlike(Settings(averaging));

    /// <summary>With so many rows that most of them are on disk.</summary>
    [Theory]
    [InlineData("ner")]
    [InlineData("classify")]
    [InlineData("multilabel")]
    [InlineData("rank")]
    [InlineData("embed")]
    [InlineData("mlm")]
    public void So_does_one_whose_rows_are_on_disk(string task)
    {
        var settings = Settings(sentences: 8000, epochs: 0.02);
        EndsAlike(task == "ner" ? settings : settings with
        {
            Task = task,
            Data = new() { Train = [Texts("train.jsonl", 8000)], Dev = [Texts("dev.jsonl", 20)] },
            Model = settings.Model with { Crf = false, Characters = false, Surface = task is "classify" or "multilabel" },
            Training = settings.Training with { TokensPerBatch = 256, PieceDropout = task is "rank" or "mlm" ? 0 : 0.1 },
        });
    }

    private string Texts(string name, int count)
    {
        var (path, random) = (Path.Combine(root, name), new Random(count));
        File.WriteAllLines(path, Enumerable.Range(0, count).Select(_ => JsonSerializer.Serialize(new { text = Words(9), pair = Words(4), label = Words(1) })));
        return path;

        string Words(int most) => string.Join(' ', Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => $"word{random.Next(5)}"));
    }

    private void EndsAlike(TrainSettings settings)
    {
        Natives.NativeLibraries.Prepare();
        var seed = Environment.TickCount;
        var whole = new Observer();
        var expected = Train(settings, Path.Combine(root, "whole"), whole);
        var random = new Random(seed);
        for (var i = 0; i < 3; i++)
        {
            var (folder, killAt) = (Path.Combine(root, $"killed-{i}"), random.Next(1, (int)whole.Steps));

            Assert.Throws<KilledException>(() => Train(settings, folder, new Observer { KillAt = killAt }));
            var again = new Observer();
            var weights = Train(settings, folder, again);

            Assert.True(expected.AsSpan().SequenceEqual(weights), $"seed {seed}: killed after step {killAt} of {whole.Steps}, went on from {again.From}");
            Assert.True(killAt <= 2 || again.From > 0, $"seed {seed}: killed after step {killAt}, and no checkpoint was found"); // The second step is told before its checkpoint is written.
        }
    }

    [Fact]
    public void A_run_with_other_settings_does_not_go_on()
    {
        Natives.NativeLibraries.Prepare();
        var settings = Settings();
        _ = Train(settings, Path.Combine(root, "run"), new());
        using var run = LearningTasks.Find("ner").Open(settings);
        using var trainer = new Trainer(run, settings.Training, settings.Seed, "other", Path.Combine(root, "run"), new Observer());

        Assert.Contains("other settings, data or models", Assert.Throws<LearningException>(() => trainer.Run(TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    private sealed class KilledException : Exception;

    private sealed class Observer : ITrainingObserver
    {
        public long? KillAt { get; init; }

        public long Steps { get; private set; }

        public long From { get; private set; }

        public void OnStart(long steps, long from, double padding) => (Steps, From) = (steps, from);

        public void OnStep(StepReport step)
        {
            if (step.Step == KillAt)
            {
                throw new KilledException();
            }
        }

        public void OnScore(long step, TaskScore score, bool isBest) => Assert.True(double.IsFinite(score.Main));

        public void OnCheckpoint(long step, string folder) => Assert.True(Directory.Exists(folder));
    }
}
