using Datahall.Scheduling.Durations;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>
/// How well run times of a trace are predicted, each at its submission by the jobs that had ended by then if none had waited.
/// </summary>
/// <param name="Predicted">How many jobs had a prediction.</param>
/// <param name="Jobs">How many jobs there are.</param>
/// <param name="ErrorFactor">Half of the predictions were within this factor of the truth; NaN when there was none.</param>
/// <param name="WithinTwofold">The share of predictions within a factor of two, 0 to 1; NaN when there was none.</param>
public sealed record DurationCheck(int Predicted, int Jobs, double ErrorFactor, double WithinTwofold)
{
    /// <summary>Measures it.</summary>
    public static DurationCheck Of(JobTrace trace)
    {
        var history = new DurationHistory();
        var ends = new PriorityQueue<TraceJob, (double Time, int Index)>();
        var errors = new List<double>();
        foreach (var job in trace.Jobs)
        {
            while (ends.TryPeek(out var ended, out var at) && at.Time <= job.SubmittedSeconds)
            {
                ends.Dequeue();
                history.Add(new(ended.Queue, null, ended.Name, ended.Gpus, ended.Seconds, at.Time));
            }

            if (job.Seconds > 0 && history.Predict(job.Queue, null, job.Name, job.Gpus, 0) is { Seconds: > 0 } prediction)
            {
                errors.Add(Math.Abs(Math.Log(prediction.Seconds / job.Seconds)));
            }

            ends.Enqueue(job, (job.SubmittedSeconds + job.Seconds, job.Index));
        }

        errors.Sort();
        return errors.Count == 0
            ? new(0, trace.Jobs.Count, double.NaN, double.NaN)
            : new(
                errors.Count,
                trace.Jobs.Count,
                Math.Exp(errors[errors.Count / 2]),
                (double)errors.Count(static e => e <= Math.Log(2)) / errors.Count);
    }
}
