using Datahall.Learning.Settings;
using Datahall.Learning.Training;

namespace Datahall.Learning.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-trainer-").FullName;

    public TrainerTests() => Natives.NativeLibraries.Prepare();

    public void Dispose() => Directory.Delete(root, recursive: true);

    // Five batches, of which two make a step: three steps an epoch.
    [Theory]
    [InlineData(0, new long[] { 3, 6, 9 })]
    [InlineData(4, new long[] { 4, 8, 9 })]
    [InlineData(100, new long[] { 9 })]
    public void All_epochs_are_trained_and_the_end_is_judged(int evaluateEvery, long[] judged)
    {
        using var run = new FakeRun(static (_, value) => value) { Lengths = [10, 10, 10, 10, 10], HasDev = true };
        var settings = new TrainingSettings { Epochs = 3, TokensPerBatch = 10, Accumulate = 2, EvaluateEvery = evaluateEvery };
        var seen = new StepsSeen();
        using var trainer = new Trainer(run, settings, 1, "same", root, seen);

        trainer.Run(TestContext.Current.CancellationToken);

        Assert.Equal(9, seen.Steps);
        Assert.Equal(9, seen.Made.Count);
        Assert.Equal(judged, seen.Judged);
    }
}
