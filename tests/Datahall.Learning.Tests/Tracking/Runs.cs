using Datahall.Learning.Tracking;

namespace Datahall.Learning.Tests.Tracking;

/// <summary>Makes run folders.</summary>
internal static class Runs
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A finished run of two minutes.</summary>
    public static void Make(string path, DateTimeOffset started, string layers = "4", params IReadOnlyList<(long Step, string Name, double Value)> metrics)
    {
        Directory.CreateDirectory(path);
        var folder = new RunFolder(path);
        folder.Write(new RunDocument
        {
            Name = Path.GetFileName(path),
            State = RunState.Finished,
            Started = started,
            Ended = started.AddMinutes(2),
            Host = "n1",
            CommandLine = ["train"],
            Code = new CodeVersion("0.1.0", "0123456789abcdef", Dirty: true),
            Data = [new TrackedFile("train.txt", 9, "00ff")],
            Configuration = new Dictionary<string, string> { ["model.layers"] = layers, ["seed"] = "1" },
        });
        File.WriteAllLines(folder.Metrics, metrics.Select(metric => MetricFile.Format(new MetricLine(metric.Step, started, new Dictionary<string, double> { [metric.Name] = metric.Value }))));
    }
}
