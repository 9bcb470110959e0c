using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Datahall.Server.Console.History;
using Datahall.Server.Tests.Energy;
using Datahall.Server.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Server.Tests.Metrics;

/// <summary>Debian's Prometheus, with the scrape configuration of deploy/prometheus.</summary>
[Collection(nameof(OneServerAtATime))]
public sealed partial class PrometheusTests
{
    private static readonly string Shipped = Path.Combine(MetricsPage.Root, "deploy", "prometheus");

    [Fact]
    public async Task Configuration_has_no_fault()
    {
        var directory = Directory.CreateTempSubdirectory("datahall-prometheus-").FullName;
        try
        {
            var file = await ConfigureAsync(directory, new("http://127.0.0.1:7070"), "token");

            Assert.Equal("", await Promtool.RunAsync("", "check", "config", file));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Prometheus_finds_the_server_scrapes_it_and_answers_for_it()
    {
        await using var server = await RunningServer.StartAsync(MeteredHall.Options);
        await server.ApplyAsync(MeteredHall.Site + MeteredHall.Node("n1", "a-warm"));
        await MeteredHall.JoinAsync(server, "n1", watts: 280);
        var directory = Directory.CreateTempSubdirectory("datahall-prometheus-").FullName;
        using var prometheus = await StartAsync(directory, await ConfigureAsync(directory, server.Server.Url, server.Server.AdminToken));
        try
        {
            using var http = new HttpClient { BaseAddress = prometheus.Url };
            var up = await QueryAsync(http, """up{job=~"datahall.*"} == 1""", static result => result.Count == 2);
            var power = await QueryAsync(http, "datahall_node_power_watts", static result => result.Count == 1 && result[0].GetProperty("value")[1].GetString() == "280");
            var steps = await QueryAsync(http, "datahall_control_step_duration_seconds_count", static result => result.Count == 1);
            await using var later = await RunningServer.StartAsync(options => options with { Metrics = new() { Prometheus = prometheus.Url } });
            var history = await HistoryAsync(later);

            Assert.Equal(["datahall", "datahall-fleet"], up.Select(static target => target.GetProperty("metric").GetProperty("job").GetString()!).Order());
            Assert.Equal("n1", power[0].GetProperty("metric").GetProperty("node").GetString());
            Assert.Equal("a-warm", power[0].GetProperty("metric").GetProperty("rack").GetString());
            Assert.NotEmpty(steps);
            Assert.Equal("prometheus", history.GetProperty("source").GetString());
            var series = Assert.Single(history.GetProperty("series").EnumerateArray());
            Assert.Equal(["hall", "node", "rack", "site"], series.GetProperty("labels").EnumerateObject().Select(static label => label.Name).Order());
            Assert.Contains(series.GetProperty("points").EnumerateArray(), static point => point[1].GetDouble() == 280);

            var charts = later.Server.Services.GetRequiredService<SeriesHistory>();
            var chart = await charts.ReadAsync("datahall_node_power_watts", new Dictionary<string, string> { ["node"] = "n1" }, TimeSpan.FromDays(7));
            while (chart.IsCut) // It is not patient, and the machine may be busy.
            {
                chart = await charts.ReadAsync("datahall_node_power_watts", new Dictionary<string, string> { ["node"] = "n1" }, TimeSpan.FromDays(7)).WaitAsync(RunningServer.Cancelled);
            }

            Assert.Equal((280, false), (Assert.Single(chart.Lines).Last, chart.IsCut));
            await prometheus.StopAsync();
            Assert.True((await charts.ReadAsync("datahall_node_power_watts", new Dictionary<string, string>(), TimeSpan.FromDays(7))).IsCut);
        }
        finally
        {
            await prometheus.StopAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    // A sample shows at the first step after it.
    private static async Task<JsonElement> HistoryAsync(RunningServer server)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(RunningServer.Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            var history = await server.GetAsync("/api/v1/series?metric=datahall_node_power_watts&label=node=n1&from=30m&step=1s");
            if (history.GetProperty("series").GetArrayLength() > 0)
            {
                return history;
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    // As shipped, but for the server's address, its token, and the pace.
    private static async Task<string> ConfigureAsync(string directory, Uri server, string token)
    {
        var file = Path.Combine(directory, "prometheus.yml");
        var text = await File.ReadAllTextAsync(Path.Combine(Shipped, "prometheus.yml"), RunningServer.Cancelled);
        Assert.Contains("http://127.0.0.1:7070/", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(directory, "datahall.token"), token, RunningServer.Cancelled);
        await File.WriteAllTextAsync(file, Interval().Replace(text.Replace("http://127.0.0.1:7070/", server.AbsoluteUri, StringComparison.Ordinal), "${1}1s"), RunningServer.Cancelled);
        var rules = Path.Combine(Shipped, "rules");
        foreach (var rule in Directory.Exists(rules) ? Directory.GetFiles(rules, "*.yml") : [])
        {
            Directory.CreateDirectory(Path.Combine(directory, "rules"));
            File.Copy(rule, Path.Combine(directory, "rules", Path.GetFileName(rule)));
        }

        return file;
    }

    private static async Task<List<JsonElement>> QueryAsync(HttpClient http, string query, Func<List<JsonElement>, bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(RunningServer.Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var answer = "";
        while (true)
        {
            using var response = await http.GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}", RunningServer.Cancelled);
            answer = await response.Content.ReadAsStringAsync(RunningServer.Cancelled);
            List<JsonElement> result = response.IsSuccessStatusCode ? [.. JsonElement.Parse(answer).GetProperty("data").GetProperty("result").EnumerateArray()] : []; // It answers 503 until it is ready.
            if (response.IsSuccessStatusCode && isSo(result))
            {
                return result;
            }

            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                var targets = await http.GetStringAsync("api/v1/targets", RunningServer.Cancelled);
                throw new InvalidOperationException($"{query} gave {answer} to the end; targets: {targets}");
            }
        }
    }

    private static async Task<RunningPrometheus> StartAsync(string directory, string configuration)
    {
        var start = new ProcessStartInfo("prometheus", [$"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(directory, "data")}", "--web.listen-address=127.0.0.1:0"]) { RedirectStandardError = true };
        var process = Process.Start(start)!;
        var log = new List<string>();
        while (await process.StandardError.ReadLineAsync(RunningServer.Cancelled) is { } line)
        {
            log.Add(line);
            if (Listening().Match(line) is { Success: true } found)
            {
                return new(process, new($"http://{found.Groups[1].Value}"), process.StandardError.ReadToEndAsync(CancellationToken.None)); // A full pipe would hold it up.
            }
        }

        process.Dispose();
        throw new InvalidOperationException($"Prometheus did not start: {string.Join('\n', log)}");
    }

    [GeneratedRegex(@"(scrape_interval: |refresh_interval: )\S+")]
    private static partial Regex Interval();

    [GeneratedRegex("""Listening on.* address=(127\.0\.0\.1:\d+)""")]
    private static partial Regex Listening();

    private sealed record RunningPrometheus(Process Process, Uri Url, Task<string> Log) : IDisposable
    {
        public async Task StopAsync()
        {
            Process.Kill();
            await Process.WaitForExitAsync(CancellationToken.None);
            await Log;
        }

        public void Dispose() => Process.Dispose();
    }
}
