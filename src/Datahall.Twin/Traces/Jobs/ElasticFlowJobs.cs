namespace Datahall.Twin.Traces.Jobs;

/// <summary>The job lists of ten clusters of Microsoft, published with ElasticFlow.</summary>
/// <remarks>Source: github.com/microsoft/elasticflow-traces. The file's name is the queue.</remarks>
internal static class ElasticFlowJobs
{
    public static IEnumerable<TraceJob> Read(string file)
    {
        var table = CsvTable.Read(file, "job_id", "submission_time", "duration", "num_gpu");
        var queue = Path.GetFileNameWithoutExtension(file);
        for (var row = 0; row < table.Count; row++)
        {
            yield return new(
                row,
                table.Text(row, "job_id"),
                queue,
                table.Positive(row, "num_gpu"),
                table.Real(row, "submission_time"),
                table.Real(row, "duration"),
                0,
                table.Line(row));
        }
    }
}
