using System.Text.Json;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Files;
using Datahall.Learning.Settings;
using Datahall.Learning.Tasks;
using Datahall.Learning.Training;

namespace Datahall.Learning.Tests.Tasks;

public sealed class TaskTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-tasks-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    private TrainSettings Settings(string task, double epochs, string name)
    {
        var file = Path.Combine(root, "texts.jsonl");
        string[] things = ["card", "loan", "rate", "fund", "bank", "bond"];
        File.WriteAllLines(file, Enumerable.Range(0, 48).Select(i => JsonSerializer.Serialize(new
        {
            text = $"what of the {things[i % 6]} today",
            pair = $"the {things[i % 6]} is here",
            labels = i % 6 < 3 ? new[] { things[i % 6], "low" } : [things[i % 6]],
        })));
        return new()
        {
            Task = task,
            Output = Path.Combine(root, name),
            Data = new() { Train = [file], Dev = [file] },
            Model = new() { New = new() { Layers = 1, Hidden = 32, Heads = 2, FeedForward = 64, Vocabulary = 200, Dropout = 0 } },
            Training = new() { Epochs = epochs, TokensPerBatch = 256, LearningRate = 2e-3, Threads = 1 },
            Tracking = new() { Tensorboard = false },
        };
    }

    private static string Train(TrainSettings settings)
    {
        Natives.NativeLibraries.Prepare();
        return TrainingRun.Run(settings, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private static EvaluationReport Judge(string model, TrainSettings settings) =>
        LearningTasks.Judging(ModelConfig.Load(model), model).Evaluate(new(model, settings.Data, EntityMode.Conlleval, null), TestContext.Current.CancellationToken);

    [Fact]
    public void Several_labels_are_learned()
    {
        var settings = Settings("multilabel", 20, "run");
        settings = settings with { Model = settings.Model with { Surface = true }, Training = settings.Training with { HeadLearningRate = 5e-2 } };

        Assert.InRange(Judge(Train(settings), settings).MultiLabel!.Micro.F1, 0.95, 1);
    }

    [Theory]
    [InlineData("rank", "mrr", 1)]
    [InlineData("mlm", "loss", -1)]
    public void More_training_is_better(string task, string figure, int sign)
    {
        var (little, much) = (Settings(task, 0.1, "little"), Settings(task, 20, "much"));

        Assert.True(sign * Judge(Train(much), much).Figures[figure] > sign * Judge(Train(little), little).Figures[figure]);
    }

    [Fact]
    public void A_text_finds_its_partner_by_their_vectors()
    {
        var settings = Settings("embed", 30, "run");
        settings = settings with { Training = settings.Training with { TokensPerBatch = 64 } };

        // Eight texts share each partner, and are no partner's rival among themselves: equal vectors do not outrank each other.
        Assert.True(Judge(Train(settings), settings).Figures["mrr"] > 0.5);
    }

    [Fact]
    public void Adapters_are_trained_alone_and_are_in_the_weights_that_are_saved()
    {
        var first = Train(Settings("multilabel", 1, "first"));
        var settings = Settings("multilabel", 40, "adapted");
        settings = settings with { Model = new() { From = first, Lora = new() { Rank = 4 } }, Training = settings.Training with { LearningRate = 1e-2 } };

        var adapted = Train(settings);

        using var before = SafetensorsFile.OpenFolder(first);
        using var after = SafetensorsFile.OpenFolder(adapted);
        Assert.Equal(before.Tensors.Keys.Order(StringComparer.Ordinal), after.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.False(Same("bert.encoder.layer.0.attention.self.query.weight"));
        Assert.True(Same("bert.encoder.layer.0.attention.self.key.weight"));
        Assert.True(Same("bert.embeddings.word_embeddings.weight"));
        Assert.True(Judge(adapted, settings).MultiLabel!.Micro.F1 > Judge(first, settings).MultiLabel!.Micro.F1);

        bool Same(string name) => before[name].Bytes.Span.SequenceEqual(after[name].Bytes.Span);
    }
}
