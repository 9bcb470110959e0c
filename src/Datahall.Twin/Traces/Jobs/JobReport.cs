namespace Datahall.Twin.Traces.Jobs;

/// <summary>What a simulation came to, in numbers.</summary>
/// <remarks>Of n sorted values the 99th percentile is that at place ⌊0.99 n⌋, counted from 0.</remarks>
/// <param name="Jobs">How many jobs ran; all of them to their end.</param>
/// <param name="MeanCompletionSeconds">Mean time from submission to end.</param>
/// <param name="MedianCompletionSeconds">Its median; of an even number of jobs the mean of the middle two.</param>
/// <param name="P99CompletionSeconds">Its 99th percentile.</param>
/// <param name="MeanQueueSeconds">Mean of completion time − run time: waiting, first and between attempts, and start-ups.</param>
/// <param name="MedianQueueSeconds">Its median.</param>
/// <param name="P99QueueSeconds">Its 99th percentile.</param>
/// <param name="MakespanSeconds">From the first submission to the last end.</param>
/// <param name="Utilisation">GPU-seconds held ÷ GPU-seconds there were in the makespan, 0 to 1.</param>
/// <param name="Fairness">
/// Jain's index over queues, 1/n to 1, of the share of its demand that each queue was served: GPU-seconds of work ÷ GPU-seconds its jobs asked
/// for between submission and end. 1 when all queues waited alike, and for a single queue.
/// </param>
/// <param name="Queues">How many queues there are.</param>
/// <param name="Preemptions">How often a job was stopped before its end.</param>
/// <param name="Moves">How often a job was moved to other nodes and started again there.</param>
/// <param name="WorkLostGpuSeconds">GPU-seconds held without progress, first start-ups not counted.</param>
public sealed record JobReport(
    int Jobs,
    double MeanCompletionSeconds,
    double MedianCompletionSeconds,
    double P99CompletionSeconds,
    double MeanQueueSeconds,
    double MedianQueueSeconds,
    double P99QueueSeconds,
    double MakespanSeconds,
    double Utilisation,
    double Fairness,
    int Queues,
    long Preemptions,
    long Moves,
    double WorkLostGpuSeconds)
{
    /// <summary>Computes it.</summary>
    public static JobReport Of(JobOutcomes outcomes)
    {
        var jobs = outcomes.Jobs;
        var completion = jobs.Select(static j => j.CompletionSeconds).Order().ToArray();
        var queue = jobs.Select(static j => j.QueueSeconds).Order().ToArray();
        var makespan = jobs.Max(static j => j.FinishedSeconds) - jobs[0].Job.SubmittedSeconds;
        var served = jobs.GroupBy(static j => j.Job.Queue)
            .Select(static q => Served(q.Sum(static j => j.Job.Gpus * j.Job.Seconds), q.Sum(static j => j.Job.Gpus * j.CompletionSeconds)))
            .ToArray();
        return new(
            jobs.Count,
            completion.Average(),
            Median(completion),
            Percentile(completion, 0.99),
            queue.Average(),
            Median(queue),
            Percentile(queue, 0.99),
            makespan,
            makespan > 0 ? jobs.Sum(static j => j.HeldSeconds * j.Job.Gpus) / (outcomes.CapacityGpus * makespan) : 0,
            Jain(served),
            served.Length,
            jobs.Sum(static j => (long)j.Preemptions),
            jobs.Sum(static j => (long)j.Moves),
            jobs.Sum(static j => j.LostSeconds * j.Job.Gpus));
    }

    // A queue whose jobs neither work nor wait has all it asks for.
    private static double Served(double work, double asked) => asked > 0 ? work / asked : 1;

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static double Percentile(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];

    // Jain, Chiu and Hawe, DEC-TR-301, 1984.
    private static double Jain(double[] shares) => Math.Pow(shares.Sum(), 2) / (shares.Length * shares.Sum(static s => s * s));
}
