using System.Text.Json;

namespace Datahall.Cli.Tests.Bench;

/// <summary>A run of <c>bench http</c> and its report.</summary>
internal sealed record BenchRun(CliRun Run, JsonElement Report)
{
    /// <summary>Runs it, without warm-up unless one is given, and reads the JSON.</summary>
    public static async Task<BenchRun> OfAsync(params string[] arguments)
    {
        var warmUp = arguments.Contains("--warm-up") ? (string[])[] : ["--warm-up", "0"];
        var run = await CliRun.OfAsync(["bench", "http", "-o", "json", .. warmUp, .. arguments]);
        return run.Out.Length > 0
            ? new(run, JsonElement.Parse(run.Out))
            : throw new InvalidOperationException($"no report; exit {run.Exit}: {run.Error}");
    }

    public long Count(string name) => Report.GetProperty(name).GetInt64();

    public long Error(string name) => Report.GetProperty("errors").GetProperty(name).GetInt64();

    /// <summary>Milliseconds.</summary>
    public double Time(string name, string percentile) => Report.GetProperty(name).GetProperty(percentile).GetDouble();
}
