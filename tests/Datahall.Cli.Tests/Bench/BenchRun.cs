using System.Text.Json;

namespace Datahall.Cli.Tests.Bench;

/// <summary>A run of <c>bench http</c> and its report.</summary>
internal sealed record BenchRun(CliRun Run, JsonElement Report)
{
    /// <summary>Runs it, without warm-up, and reads the JSON.</summary>
    public static async Task<BenchRun> OfAsync(params string[] arguments)
    {
        var run = await CliRun.OfAsync(["bench", "http", "--warm-up", "0", "-o", "json", .. arguments]);
        return run.Out.Length > 0
            ? new(run, JsonElement.Parse(run.Out))
            : throw new InvalidOperationException($"no report; exit {run.Exit}: {run.Error}");
    }

    public long Count(string name) => Report.GetProperty(name).GetInt64();

    public long Error(string name) => Report.GetProperty("errors").GetProperty(name).GetInt64();

    /// <summary>Milliseconds.</summary>
    public double Time(string name, string percentile) => Report.GetProperty(name).GetProperty(percentile).GetDouble();
}
