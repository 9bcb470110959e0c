using Datahall.Learning.Evaluation;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Settings;
using Datahall.Learning.Tasks;
using Datahall.Learning.Tests.Pipelines;
using Datahall.Learning.Training;

namespace Datahall.Learning.Tests.Tasks;

public sealed class BadInputTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-bad-").FullName;

    public BadInputTests() => Natives.NativeLibraries.Prepare();

    public void Dispose() => Directory.Delete(root, recursive: true);

    private string File(string name, string text)
    {
        var path = Path.Combine(root, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private TrainSettings Settings(string train) => new()
    {
        Task = "ner",
        Output = Path.Combine(root, "run"),
        Data = new() { Train = [train] },
        Model = new() { New = new() { Layers = 1, Hidden = 16, Heads = 2, FeedForward = 32, Vocabulary = 300 }, Crf = true, Characters = true, Surface = true },
        Training = new() { Epochs = 1, TokensPerBatch = 256, LearningRate = 1e-3, Threads = 1 },
        Tracking = new() { Tensorboard = false },
    };

    private string Model() => TrainingRun.Run(Settings(SmallSentences.Write(root, "train.conll", 20)), TimeProvider.System, TestContext.Current.CancellationToken);

    private static EvaluationReport Judge(string model, string file, string runtime = "Torch") => LearningTasks.Judging(ModelConfig.Load(model), model)
        .Evaluate(new(runtime == "Onnx" ? Exported(model) : model, new() { Dev = [file] }, EntityMode.Conlleval, null) { Runtime = Enum.Parse<ModelRuntime>(runtime) }, TestContext.Current.CancellationToken);

    private static string Exported(string model)
    {
        OnnxExport.Write(model, OnnxPrecision.Float32);
        return model;
    }

    [Fact]
    public void A_tokenizer_of_another_model_is_named()
    {
        var model = Model();
        System.IO.File.Delete(Path.Combine(model, "tokenizer.json"));
        System.IO.File.AppendAllText(Path.Combine(model, "vocab.txt"), "one\nmore\n");

        var problem = Assert.Throws<LearningException>(() => TrainingRun.Run(
            Settings(SmallSentences.Write(root, "train.conll", 20)) with { Model = new() { From = model }, Output = Path.Combine(root, "again") }, TimeProvider.System, TestContext.Current.CancellationToken)).Message;

        Assert.Contains("they are not of one model", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_were_cut_short_are_named()
    {
        var model = Model();
        var weights = Path.Combine(model, "model.safetensors");
        using (var file = System.IO.File.OpenWrite(weights))
        {
            file.SetLength(file.Length / 2);
        }

        var problem = Assert.Throws<LearningException>(() => Judge(model, SmallSentences.Write(root, "dev.conll", 5))).Message;

        Assert.Contains(weights, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Torch")]
    [InlineData("Onnx")]
    public void Tags_that_training_never_saw_count_as_missed(string runtime)
    {
        var report = Judge(Model(), File("dev.conll", "Anna B-PER\nowns O\nDatahall B-ORG\n\n"), runtime);

        Assert.Equal(1, Assert.Single(report.Tokens!.Classes, static row => row.Label == "B-ORG").Support);
        Assert.Equal(0, Assert.Single(report.Tokens.Classes, static row => row.Label == "B-ORG").Recall);
    }

    [Fact]
    public void Sentences_without_words_are_no_sentences()
    {
        var model = Model();

        Assert.Equal(3, Judge(model, File("gaps.conll", "\n\n\nAnna B-PER\nsings O\n\n\n \n. O\n\n\n")).Tokens!.Count);
        Assert.Contains("holds no sentence", Assert.Throws<LearningException>(() => Judge(model, File("empty.conll", "\n\n"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Torch")]
    [InlineData("Onnx")]
    public void A_sentence_of_100_000_words_is_read_in_windows(string runtime)
    {
        var report = Judge(Model(), File("long.conll", string.Concat(Enumerable.Repeat("Anna B-PER\nsings O\n", 50_000)) + "\n"), runtime);

        Assert.Equal(100_000, report.Tokens!.Count);
    }

    /// <summary>A folder of another maker may have BIOES labels; what is right is told in IOB2.</summary>
    [Theory]
    [InlineData("Torch")]
    [InlineData("Onnx")]
    public void Tags_of_a_model_of_another_scheme_are_judged_as_entities(string runtime)
    {
        using var model = new TokenClassifier(PipelineFolder.Config with { Labels = ["O", "B-X", "I-X", "E-X", "S-X"] }, new Random(3));
        PipelineFolder.Write(root, model, 3);
        var sentence = string.Concat("abcdefghabcdefgh".Select(static (letter, i) => $"{letter} {(i % 4) switch { 0 => "S-X", 1 => "B-X", 2 => "E-X", _ => "O" }}\n"));

        var report = Judge(root, File("bioes.conll", $"{sentence}\n"), runtime);

        Assert.Subset(new HashSet<string> { "O", "B-X", "I-X" }, report.Tokens!.Classes.Select(static row => row.Label).ToHashSet());
        Assert.Equal(8, report.Entities!.Micro.Support);
        Assert.Null(report.Calibration);
    }

    [Fact]
    public void A_broken_line_stops_or_is_left_out_as_asked()
    {
        var broken = File("broken.conll", "Anna B-PER\nsings\n\nBen B-PER\nsings O\n\n");

        var problem = Assert.Throws<LearningException>(() => TrainingRun.Run(Settings(broken), TimeProvider.System, TestContext.Current.CancellationToken)).Message;
        var settings = Settings(broken);
        var model = TrainingRun.Run(settings with { Data = settings.Data with { BadLines = BadLinesSetting.Skip } }, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Contains($"{broken}:2", problem, StringComparison.Ordinal);
        Assert.True(System.IO.File.Exists(Path.Combine(model, "model.safetensors")));
    }
}
