using System.Globalization;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>The Philly trace as the Pollux artefact has it. A queue is a virtual cluster.</summary>
/// <remarks>Source: github.com/petuum/adaptdl, branch osdi21-artifact, simulator/traces/philly.csv.</remarks>
internal static class PhillyJobs
{
    // Three of fourteen virtual clusters have seven jobs in two months; the published comparison leaves them out.
    private const int LeastShareOfJobs = 10_000;

    public static IEnumerable<TraceJob> Read(string file, TraceWindow window)
    {
        var table = CsvTable.Read(file, "timestamp", "duration", "num_gpus", "cluster");
        var jobs = new List<TraceJob>();
        for (var row = 0; row < table.Count; row++)
        {
            var submitted = table.Time(row, "timestamp");
            var job = new TraceJob(
                row,
                table.Line(row).ToString(CultureInfo.InvariantCulture),
                table.Text(row, "cluster"),
                table.Positive(row, "num_gpus"),
                (submitted - window.From).TotalSeconds,
                table.Real(row, "duration"),
                0,
                table.Line(row));
            if (submitted >= window.From && submitted < window.To)
            {
                jobs.Add(job);
            }
        }

        if (jobs.Count == 0 && table.Count > 0)
        {
            throw new TraceException(string.Create(
                CultureInfo.InvariantCulture,
                $"{file}: none of its {table.Count} jobs was submitted from {window.From:yyyy-MM-dd} up to {window.To:yyyy-MM-dd}; "
                + $"give other days with --from and --to"));
        }

        // The trace's clock has whole seconds; of jobs with the same one the shorter comes first, then the one with fewer GPUs.
        return jobs.GroupBy(static job => job.Queue)
            .Where(queue => queue.Count() * LeastShareOfJobs >= jobs.Count)
            .SelectMany(static queue => queue)
            .OrderBy(static job => job.SubmittedSeconds)
            .ThenBy(static job => job.Seconds)
            .ThenBy(static job => job.Gpus)
            .ThenBy(static job => job.Line);
    }
}
