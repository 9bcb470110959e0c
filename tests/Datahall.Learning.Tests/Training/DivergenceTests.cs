using Datahall.Learning.Networks;
using Datahall.Learning.Settings;
using Datahall.Learning.Training;

namespace Datahall.Learning.Tests.Training;

public sealed class DivergenceTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-divergence-").FullName;

    public DivergenceTests() => Natives.NativeLibraries.Prepare();

    public void Dispose() => Directory.Delete(root, recursive: true);

    private string Train(FakeRun run)
    {
        using var trainer = new Trainer(run, new TrainingSettings { Epochs = 5, TokensPerBatch = 20, CheckpointEvery = 1 }, 1, "same", root, new StepsSeen());
        return Assert.Throws<LearningException>(() => trainer.Run(TestContext.Current.CancellationToken)).Message;
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_names_the_batch_and_leaves_the_checkpoint()
    {
        using var run = new FakeRun(static (batch, value) => value.Times(batch == 3 ? double.NaN : 1));

        var failure = Train(run);

        Assert.Contains("the loss is NaN at step 3", failure, StringComparison.Ordinal);
        Assert.Contains("texts.csv:", failure, StringComparison.Ordinal);
        Assert.Contains("step-00000002, is from before", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_that_is_no_number_stops_the_run_before_it_is_in_the_weights()
    {
        // The root of 0 is 0, and infinitely steep.
        using var run = new FakeRun(static (batch, value) => batch == 3 ? (value - value.detach()).sqrt() : value);

        var failure = Train(run);

        Assert.Contains("the length of the gradient is", failure, StringComparison.Ordinal);
        Assert.Contains("at step 3", failure, StringComparison.Ordinal);
        Assert.Contains("texts.csv:", failure, StringComparison.Ordinal);
        Assert.True(float.IsFinite(run.Value.item<float>()));
    }
}
