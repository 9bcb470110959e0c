using Datahall.Learning.Tasks;
using Datahall.Learning.Tracking;
using Datahall.Learning.Tuning;

namespace Datahall.Learning.Training;

/// <summary>Passes on how a run goes: to its record, and to whoever watches.</summary>
internal sealed class TrackingObserver(RunTracker tracker, ITrainingObserver next) : ITrainingObserver
{
    private const int Every = 10;

    /// <inheritdoc/>
    public void OnStart(long steps, long from, double padding) => next.OnStart(steps, from, padding);

    /// <inheritdoc/>
    public void OnStep(StepReport step)
    {
        if (step.Step % Every == 1)
        {
            tracker.Log(step.Step, new Dictionary<string, double>
            {
                ["train/loss"] = step.Loss,
                ["train/rate"] = step.Rate,
                ["train/gradient"] = step.GradientNorm,
                ["train/epoch"] = step.Epoch,
            });
        }

        next.OnStep(step);
    }

    /// <inheritdoc/>
    public void OnScore(long step, TaskScore score, bool isBest)
    {
        tracker.Log(step, new Dictionary<string, double>(score.Metrics.Select(static pair => KeyValuePair.Create($"dev/{pair.Key}", pair.Value))) { [Tuner.ScoreMetric] = score.Main });
        next.OnScore(step, score, isBest);
    }

    /// <inheritdoc/>
    public void OnCheckpoint(long step, string folder) => next.OnCheckpoint(step, folder);
}
