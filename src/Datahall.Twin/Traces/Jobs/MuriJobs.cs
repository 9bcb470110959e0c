using System.Collections.Frozen;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>The job lists of the Muri artefact.</summary>
/// <remarks>
/// Source: github.com/Rivendile/Muri, simulator/trace-data (columns), simulator/jobs.py (1.015) and simulator/run_sim.py (start-up times).
/// </remarks>
internal static class MuriJobs
{
    // An iteration alone on its GPUs takes so much longer under the artefact's profiler than the column says.
    private const double IterationFactor = 1.015;
    private const double OtherStartSeconds = 10;

    // Seconds by model, for 1, 2, 4, 8, 16 and 32 GPUs.
    private static readonly FrozenDictionary<string, int[]> StartSeconds = new Dictionary<string, int[]>
    {
        ["vgg16"] = [7, 7, 8, 9, 9, 10],
        ["vgg19"] = [7, 7, 8, 9, 10, 10],
        ["resnet18"] = [4, 5, 5, 7, 7, 7],
        ["shufflenet_v2_x1_0"] = [4, 4, 5, 5, 7, 8],
        ["bert"] = [10, 10, 10, 10, 10, 10],
        ["gpt2"] = [10, 10, 10, 10, 10, 10],
        ["a2c"] = [38, 39, 39, 46, 46, 46],
        ["dqn"] = [5, 5, 6, 6, 8, 8],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<TraceJob> Read(string file)
    {
        var table = CsvTable.Read(file, "job_id", "num_gpu", "submit_time", "iterations", "model_name", "iteration_time");
        for (var row = 0; row < table.Count; row++)
        {
            var model = table.Text(row, "model_name");
            var gpus = table.Positive(row, "num_gpu");
            yield return new(
                row,
                $"{model}-{table.Text(row, "job_id")}",
                "",
                gpus,
                table.Real(row, "submit_time") / 1000,
                table.Real(row, "iterations") * (table.PositiveReal(row, "iteration_time") * IterationFactor / 1000),
                StartUp(model, gpus),
                table.Line(row));
        }
    }

    private static double StartUp(string model, int gpus) => StartSeconds.TryGetValue(model, out var seconds)
        ? seconds[Math.Clamp((int)Math.Ceiling(Math.Log2(gpus)), 0, seconds.Length - 1)]
        : OtherStartSeconds;
}
