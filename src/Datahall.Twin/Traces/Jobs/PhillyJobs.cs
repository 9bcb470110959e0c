namespace Datahall.Twin.Traces.Jobs;

/// <summary>The Philly trace as the Pollux artefact has it.</summary>
/// <remarks>Source: github.com/petuum/adaptdl, branch osdi21-artifact, simulator/traces/philly.csv. A queue is a virtual cluster.</remarks>
internal static class PhillyJobs
{
    /// <summary>The trace's zero.</summary>
    public static DateTime Zero { get; } = new(2017, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static IEnumerable<TraceJob> Read(string file)
    {
        var table = CsvTable.Read(file, "timestamp", "duration", "num_gpus", "cluster");
        for (var row = 0; row < table.Count; row++)
        {
            yield return new(
                row,
                "",
                table.Text(row, "cluster"),
                table.Positive(row, "num_gpus"),
                (table.Time(row, "timestamp") - Zero).TotalSeconds,
                table.PositiveReal(row, "duration"),
                0);
        }
    }
}
