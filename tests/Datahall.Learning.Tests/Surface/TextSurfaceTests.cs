using System.Text.Json;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Export;
using Datahall.Learning.Settings;
using Datahall.Learning.Surface;
using Datahall.Learning.Tasks;
using Datahall.Learning.Training;

namespace Datahall.Learning.Tests.Surface;

public sealed class TextSurfaceTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-texts-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Words_around_what_is_asked_about_count_apart()
    {
        var up = TextFeatures.Of("Atlas rises while Kestrel falls", "Atlas");
        var down = TextFeatures.Of("Atlas rises while Kestrel falls", "Kestrel");

        Assert.NotEqual(up.Order(), down.Order());
        Assert.All(up, static feature => Assert.InRange(feature, 0, TextFeatures.Buckets - 1));
        Assert.NotEmpty(TextFeatures.Of("", null));
    }

    [Fact]
    public void A_classifier_learns_from_texts_and_says_the_same_in_ONNX_Runtime()
    {
        Natives.NativeLibraries.Prepare();
        var file = Path.Combine(root, "texts.jsonl");
        string[] gains = ["rises", "gains", "wins"], losses = ["falls", "drops", "loses"];
        File.WriteAllLines(file, Enumerable.Range(0, 60).Select(i => JsonSerializer.Serialize(new
        {
            text = $"{(i % 2 == 0 ? "Atlas" : "Kestrel")} {(i % 4 < 2 ? gains : losses)[i % 3]} on day {i}",
            pair = i % 2 == 0 ? "Atlas" : "Kestrel",
            label = i % 4 < 2 ? "good" : "bad",
        })));
        var settings = new TrainSettings
        {
            Task = "classify",
            Output = Path.Combine(root, "run"),
            Data = new() { Train = [file], Dev = [file] },
            Model = new() { New = new() { Layers = 1, Hidden = 16, Heads = 2, FeedForward = 32, Vocabulary = 300 }, Surface = true },
            Training = new() { Epochs = 6, TokensPerBatch = 128, LearningRate = 2e-3, HeadLearningRate = 5e-2, Threads = 1 },
            Tracking = new() { Tensorboard = false },
        };

        var model = TrainingRun.Run(settings, TimeProvider.System, TestContext.Current.CancellationToken);
        OnnxExport.Write(model, OnnxPrecision.Float32);
        var task = LearningTasks.Find("classify");
        var request = new EvaluationRequest(model, settings.Data, EntityMode.Conlleval, null);
        var torch = task.Evaluate(request, TestContext.Current.CancellationToken);
        var onnx = task.Evaluate(request with { Runtime = ModelRuntime.Onnx }, TestContext.Current.CancellationToken);

        Assert.Equal(1, torch.Tokens!.Accuracy);
        Assert.Equal(torch.Calibration!.Brier, onnx.Calibration!.Brier, 5);
        Assert.Equal(torch.Calibration.LogLoss, onnx.Calibration.LogLoss, 4);
    }
}
