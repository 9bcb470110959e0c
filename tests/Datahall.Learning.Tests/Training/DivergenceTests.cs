using Datahall.Learning.Networks;
using Datahall.Learning.Settings;
using Datahall.Learning.Tasks;
using Datahall.Learning.Training;
using TorchSharp;

namespace Datahall.Learning.Tests.Training;

public sealed class DivergenceTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-divergence-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_names_the_batch_and_leaves_the_checkpoint()
    {
        Natives.NativeLibraries.Prepare();
        using var run = new Run();
        using var trainer = new Trainer(run, new TrainingSettings { Epochs = 5, TokensPerBatch = 20, CheckpointEvery = 1 }, 1, "same", root, new Silent());

        var failure = Assert.Throws<LearningException>(() => trainer.Run(TestContext.Current.CancellationToken));

        Assert.Contains("the loss is NaN at step 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("texts.csv:", failure.Message, StringComparison.Ordinal);
        Assert.Contains("step-00000002, is from before", failure.Message, StringComparison.Ordinal);
    }

    // One parameter; the third loss is no number.
    private sealed class Run : ITaskRun
    {
        private int losses;

        public Run() => Value = Parameters.Add("value", Initial.Ones, 1);

        public ParameterSet Parameters { get; } = new(new Random(1));

        public DropoutMasks Dropout { get; } = new(1);

        public IReadOnlyList<int> Lengths => [10, 10, 10, 10];

        public bool HasDev => false;

        private torch.Tensor Value { get; }

        public bool IsHead(string parameter) => false;

        public torch.Tensor Loss(IReadOnlyList<int> batch, int epoch) => (Value * (++losses == 3 ? float.NaN : 1)).sum();

        public TaskScore Judge(CancellationToken cancellationToken) => throw new InvalidOperationException("there is nothing to judge by");

        public string Describe(int example) => $"texts.csv:{example + 1}";

        public void Save(string folder) => File.WriteAllText(Path.Combine(folder, "model"), "");

        public void Dispose() => Parameters.Dispose();
    }

    private sealed class Silent : ITrainingObserver
    {
        public void OnStart(long steps, long from, double padding)
        {
        }

        public void OnStep(StepReport step)
        {
        }

        public void OnScore(long step, TaskScore score, bool isBest)
        {
        }

        public void OnCheckpoint(long step, string folder)
        {
        }
    }
}
