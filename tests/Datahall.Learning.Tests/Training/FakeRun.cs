using Datahall.Learning.Networks;
using Datahall.Learning.Tasks;
using Datahall.Learning.Training;
using TorchSharp;

namespace Datahall.Learning.Tests.Training;

/// <summary>A task with one parameter, which is 1 at first, and a loss that the test says.</summary>
internal sealed class FakeRun : ITaskRun
{
    private readonly Func<int, torch.Tensor, torch.Tensor> loss;
    private int losses;

    /// <param name="loss">From the number of the batch, from 1, and the parameter.</param>
    public FakeRun(Func<int, torch.Tensor, torch.Tensor> loss) => (this.loss, Value) = (loss, Parameters.Add("value", Initial.Ones, 1));

    public ParameterSet Parameters { get; } = new(new Random(1));

    public DropoutMasks Dropout { get; } = new(1);

    public IReadOnlyList<int> Lengths { get; init; } = [10, 10, 10, 10];

    public bool HasDev { get; init; }

    public torch.Tensor Value { get; }

    public bool IsHead(string parameter) => false;

    public torch.Tensor Loss(IReadOnlyList<int> batch, int epoch) => loss(++losses, Value).sum();

    public TaskScore Judge(CancellationToken cancellationToken) =>
        HasDev ? new(0.5, "score", new Dictionary<string, double>()) : throw new InvalidOperationException("there is nothing to judge by");

    public string Describe(int example) => $"texts.csv:{example + 1}";

    public void Save(string folder) => File.WriteAllText(Path.Combine(folder, "model"), "");

    public void Dispose() => Parameters.Dispose();
}

/// <summary>Keeps the steps at which a model was judged, and how many there were to be.</summary>
internal sealed class StepsSeen : ITrainingObserver
{
    public long Steps { get; private set; }

    public List<long> Made { get; } = [];

    public List<long> Judged { get; } = [];

    public void OnStart(long steps, long from, double padding) => Steps = steps;

    public void OnStep(StepReport step) => Made.Add(step.Step);

    public void OnScore(long step, TaskScore score, bool isBest) => Judged.Add(step);

    public void OnCheckpoint(long step, string folder) => Assert.True(Directory.Exists(folder));
}
