using Datahall.Learning.Data;
using Datahall.Learning.Networks;
using Datahall.Learning.Settings;
using Datahall.Learning.Tasks;
using TorchSharp;

namespace Datahall.Learning.Training;

/// <summary>Trains a task's model: batches, steps, evaluations, checkpoints; goes on from the last checkpoint as if nothing had been.</summary>
/// <remarks>
/// Everything that is drawn comes from the seed and the epoch, or from the seed and a position that is in the checkpoint: a run that was killed and goes on
/// ends with the same bits as one that was not, with the same number of threads.
/// </remarks>
internal sealed class Trainer : IDisposable
{
    private readonly ITaskRun run;
    private readonly TrainingSettings settings;
    private readonly int seed;
    private readonly string fingerprint;
    private readonly CheckpointFolder checkpoints;
    private readonly ITrainingObserver observer;
    private readonly TokenBudgetBatches batches;
    private readonly AdamW optimizer;
    private readonly WeightAverage? average;
    private TrainingPosition position = new();

    /// <summary>Makes a trainer.</summary>
    /// <param name="run">The task.</param>
    /// <param name="settings">How it is trained.</param>
    /// <param name="seed">What the order of examples follows from.</param>
    /// <param name="fingerprint">A checksum of settings and data.</param>
    /// <param name="folder">Where checkpoints go.</param>
    /// <param name="observer">Is told how it goes.</param>
    public Trainer(ITaskRun run, TrainingSettings settings, int seed, string fingerprint, string folder, ITrainingObserver observer)
    {
        (this.run, this.settings, this.seed, this.fingerprint, this.observer) = (run, settings, seed, fingerprint, observer);
        checkpoints = new(folder);
        batches = new(run.Lengths, settings.TokensPerBatch, seed);
        var headShare = settings.HeadLearningRate is { } head && settings.LearningRate > 0 ? head / settings.LearningRate : 1;
        optimizer = new(Trained, name => run.IsHead(name) ? headShare : 1, settings.WeightDecay, settings.KeepZeros);
        average = settings.Averaging > 0 ? new(Trained, settings.Averaging) : null;
    }

    /// <summary>The folder of the best checkpoint; of the last one when nothing was judged.</summary>
    public string? BestFolder => checkpoints.Best ?? checkpoints.Last;

    private IEnumerable<ModelParameter> Trained => run.Parameters.Items.Where(static parameter => !parameter.IsFrozen);

    /// <summary>Trains to the end, or until nothing gets better.</summary>
    /// <exception cref="LearningException">The loss is no number any more, a checkpoint cannot be written, or the last one is of another run.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted. While it trains, a checkpoint is written first; while it judges, the one before stands, since the step is not whole without its score.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        checkpoints.Open();
        var stepsOfEpoch = (batches.Epoch(0).Count + settings.Accumulate - 1) / settings.Accumulate; // The last step of an epoch has the batches that are left.
        var steps = Math.Max(1, (long)Math.Ceiling(settings.Epochs * stepsOfEpoch));
        Resume();
        observer.OnStart(steps, position.Step, batches.PaddingShare(batches.Epoch(0)));
        while (position.Step < steps && !HasStalled)
        {
            Epoch(steps, cancellationToken);
        }

        if (BestFolder is null)
        {
            Save(isBest: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        average?.Dispose();
    }

    private bool HasStalled => settings.Patience > 0 && position.WithoutBetter >= settings.Patience;

    private void Epoch(long steps, CancellationToken cancellationToken)
    {
        var order = batches.Epoch(position.Epoch);
        while (position.Batch < order.Count && position.Step < steps && !HasStalled)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Save(isBest: false);
                cancellationToken.ThrowIfCancellationRequested();
            }

            var taken = order.Skip(position.Batch).Take(settings.Accumulate).ToList();
            Step(taken, order.Count, steps);
            position = position with { Step = position.Step + 1, Batch = position.Batch + taken.Count };
            var (isEnd, isLast) = (position.Batch >= order.Count, position.Step == steps);
            if (isEnd)
            {
                position = position with { Epoch = position.Epoch + 1, Batch = 0 };
            }

            Settle(isEnd || isLast, isLast, cancellationToken);
            if (isEnd)
            {
                return;
            }
        }
    }

    private void Step(List<int[]> taken, int batchesOfEpoch, long steps)
    {
        var examples = taken.Sum(static batch => batch.Length);
        var loss = 0.0;
        foreach (var batch in taken)
        {
            using var scope = torch.NewDisposeScope();
            var own = run.Loss(batch, position.Epoch);
            var value = own.item<float>();
            if (!float.IsFinite(value))
            {
                throw Diverged($"the loss is {value}", batch);
            }

            var share = (double)batch.Length / examples;
            own.Times(share).backward();
            loss += value * share;
        }

        var norm = optimizer.Clip(settings.Clip);
        if (!double.IsFinite(norm))
        {
            throw Diverged($"the length of the gradient is {norm}", [.. taken.SelectMany(static batch => batch)]); // Before it gets into the weights.
        }

        var rate = settings.LearningRate * LearningRate.Share(settings.Schedule, position.Step, steps, settings.Warmup);
        optimizer.Step(rate);
        optimizer.Clear();
        average?.Follow(position.Step + 1);
        observer.OnStep(new(
            position.Step + 1, loss, rate, norm, examples, taken.Sum(batch => batch.Sum(example => run.Lengths[example])), position.Epoch + ((position.Batch + taken.Count) / (double)batchesOfEpoch)));
    }

    private LearningException Diverged(string what, int[] examples) => new(
        $"{what} at step {position.Step + 1}: training has diverged at the batch of {string.Join(", ", examples.Take(5).Select(run.Describe))}{(examples.Length > 5 ? $" and {examples.Length - 5} more" : "")}; "
        + $"lower training.learningRate ({settings.LearningRate}), set training.clip, or look at these examples. {(checkpoints.Last is { } last ? $"The last checkpoint, {last}, is from before" : "There is no checkpoint yet")}");

    // Judges and saves when it is time to.
    private void Settle(bool isEnd, bool isLast, CancellationToken cancellationToken)
    {
        var judges = run.HasDev && (settings.EvaluateEvery > 0 ? isLast || position.Step % settings.EvaluateEvery == 0 : isEnd);
        var isBest = false;
        if (judges)
        {
            var score = Judge(cancellationToken);
            isBest = position.BestScore is not { } best || score.Main > best;
            position = isBest
                ? position with { BestScore = score.Main, WithoutBetter = 0 }
                : position with { WithoutBetter = position.WithoutBetter + 1 };
            observer.OnScore(position.Step, score, isBest);
        }

        if (judges || isEnd || (settings.CheckpointEvery > 0 && position.Step % settings.CheckpointEvery == 0))
        {
            Save(isBest);
        }
    }

    private TaskScore Judge(CancellationToken cancellationToken)
    {
        using var shown = average?.Show();
        return run.Judge(cancellationToken);
    }

    private void Save(bool isBest)
    {
        checkpoints.Write(position.Step, isBest, folder =>
        {
            using (average?.Show())
            {
                run.Save(folder);
            }

            TrainingStateFile.Write(folder, position with { DropoutMasks = run.Dropout.Position, Threads = torch.get_num_threads(), Fingerprint = fingerprint }, Trained, optimizer, average);
        });
        observer.OnCheckpoint(position.Step, checkpoints.Last!);
    }

    private void Resume()
    {
        if (checkpoints.Last is not { } folder)
        {
            return;
        }

        var saved = TrainingStateFile.ReadPosition(folder, fingerprint);
        TrainingStateFile.Read(folder, Trained, optimizer, average, saved.Step);
        torch.set_num_threads(saved.Threads); // Another number would add in another order.
        (position, run.Dropout.Position) = (saved, saved.DropoutMasks);
    }
}
