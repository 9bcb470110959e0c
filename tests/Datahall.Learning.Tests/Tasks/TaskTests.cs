using System.Text.Json;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Export;
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

    private string Write(string name, string text)
    {
        var path = Path.Combine(root, name);
        File.WriteAllText(path, text);
        return path;
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

    /// <summary>The same figures from what is exported; what a task cannot do is refused.</summary>
    [Theory]
    [InlineData("rank")]
    [InlineData("embed")]
    public void Figures_of_the_exported_model_are_those_of_its_weights(string task)
    {
        var settings = Settings(task, 2, "run");
        var model = Train(settings);
        var request = new EvaluationRequest(model, settings.Data, EntityMode.Conlleval, null);
        var evaluated = LearningTasks.Judging(ModelConfig.Load(model), model);

        OnnxExport.Write(model, OnnxPrecision.Float32);
        var torch = evaluated.Evaluate(request, TestContext.Current.CancellationToken);
        var onnx = evaluated.Evaluate(request with { Runtime = ModelRuntime.Onnx }, TestContext.Current.CancellationToken);

        Assert.Equal(torch.Figures["mrr"], onnx.Figures["mrr"], 3);
        Assert.Contains("model.int8.onnx is not there", Refused(request with { Runtime = ModelRuntime.Int8 }), StringComparison.Ordinal);
        Assert.Contains("--save-predictions", Refused(request with { Predictions = Path.Combine(root, "found.txt") }), StringComparison.Ordinal);
        Assert.Contains("no second text", Refused(request with { Data = new() { Dev = [Write("alone.jsonl", """{"text": "a card"}""")] } }), StringComparison.Ordinal);

        string Refused(EvaluationRequest other) => Assert.Throws<LearningException>(() => evaluated.Evaluate(other, TestContext.Current.CancellationToken)).Message;
    }

    [Fact]
    public void Texts_without_a_word_hide_no_piece_and_are_left_out()
    {
        var settings = Settings("mlm", 2, "run");
        settings = settings with { Data = new() { Train = [Write("texts.txt.jsonl", string.Join('\n', Enumerable.Repeat("""{"text": ""}""", 20).Append("""{"text": "a card"}""")))] } };
        settings = settings with { Data = settings.Data with { Dev = settings.Data.Train } };

        var model = Train(settings);
        var report = Judge(model, settings);

        Assert.True(double.IsFinite(report.Figures["loss"]));
        Assert.Contains("not exported", Assert.Throws<LearningException>(() => LearningTasks.Find("mlm").Evaluate(
            new(model, settings.Data, EntityMode.Conlleval, null) { Runtime = ModelRuntime.Onnx }, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_costs_as_many_pieces_as_its_longer_text()
    {
        Natives.NativeLibraries.Prepare();
        var settings = Settings("embed", 1, "run");
        settings = settings with { Data = new() { Train = [Write("pairs.jsonl", "{\"text\": \"a\", \"pair\": \"a b c d e f\"}\n{\"text\": \"a b c\", \"pair\": \"a\"}")] } };

        using var run = LearningTasks.Find("embed").Open(settings);

        Assert.Equal([8, 5], run.Lengths); // With begin and end.
    }

    [Fact]
    public void A_text_without_a_label_is_named_also_where_a_model_is_judged()
    {
        Natives.NativeLibraries.Prepare();
        var (train, dev) = (Write("train.csv", "text,label\na card,good\na loan,bad\n"), Write("dev.csv", "text,label\na card,good\na loan,\n"));
        var settings = Settings("classify", 1, "run") with { Data = new() { Train = [train] } };
        var model = Train(settings);

        foreach (var problem in new[]
        {
            Assert.Throws<LearningException>(() => LearningTasks.Find("classify").Open(settings with { Data = new() { Train = [train], Dev = [dev] } })),
            Assert.Throws<LearningException>(() => Judge(model, settings with { Data = new() { Dev = [dev] } })),
        })
        {
            Assert.Contains($"{dev}:3: 0 labels where one is needed", problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bad_lines_that_were_skipped_are_in_the_report()
    {
        var settings = Settings("classify", 1, "run") with { Data = new() { Train = [Write("train.csv", "text,label\na card,good\na loan,bad\n")] } };
        var model = Train(settings);

        var report = Judge(model, settings with { Data = new() { Dev = [Write("dev.csv", "text,label\na card,good,more\na loan,bad\n")], BadLines = BadLinesSetting.Skip } });

        Assert.Equal(1, report.BadLines);
    }

    /// <summary>A field that is named holds one label or a list; in CSV a list is parted, for texts with several labels alone.</summary>
    [Theory]
    [InlineData("texts.jsonl", """{"text": "a", "topics": ["x", "y"], "labels": ["z"]}""", "Several", "x y")]
    [InlineData("texts.jsonl", """{"text": "a", "topics": "x|y", "labels": ["z"]}""", "One", "x|y")]
    [InlineData("texts.csv", "text,topics,labels\na,x|y,z\n", "Several", "x y")]
    [InlineData("texts.csv", "text,topics,labels\na,x|y,z\n", "One", "x|y")]
    public void A_field_of_labels_that_is_named_is_the_one_that_is_read(string name, string text, string form, string labels)
    {
        var settings = new DataSettings { Fields = new() { Label = "topics" } };

        var read = Assert.Single(DataSources.Texts(settings, [Write(name, text)], Enum.Parse<LabelForm>(form), root, DataSources.LogOf(settings)));

        Assert.Equal(labels, string.Join(' ', read.Labels));
    }

    [Fact]
    public void A_text_finds_its_partner_by_their_vectors()
    {
        var settings = Settings("embed", 30, "run");
        settings = settings with { Training = settings.Training with { TokensPerBatch = 64 } };

        // Eight texts share each partner: the same words are no rivals.
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
