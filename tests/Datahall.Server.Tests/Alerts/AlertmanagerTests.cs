using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Alerts;

/// <summary>With the Alertmanager of Debian: it takes our alert and posts it back, and posts those of others.</summary>
public sealed partial class AlertmanagerTests
{
    [Fact]
    public async Task Alerts_go_out_and_come_in()
    {
        var directory = Directory.CreateTempSubdirectory("datahall-alertmanager-").FullName;
        var (alertmanager, url, log) = await StartAsync(directory);
        using var _ = alertmanager;
        using var http = new HttpClient { BaseAddress = url };
        try
        {
            await using var server = await AlertTests.StartAsync(options => options with { Alertmanagers = [url] });
            await ConfigureAsync(server, http, directory);
            await server.ApplyAsync("kind: AlertRule\nname: too-hot\nspec: {metric: test_celsius, compare: above, value: 80, severity: critical, summary: 'hot {{ $labels.node }}', advice: cool}\n");
            AlertTests.Measure(server, 85);
            await AlertTests.IncidentAsync(server, "firing");

            // It takes ours, and posts it back to us; that opens nothing new.
            var ours = await AlertTests.UntilAsync(() => AlertOfAsync(http, "too-hot"), "Alertmanager has no alert too-hot");
            Assert.Equal(("n1", "hot n1", "cool"), (ours.GetProperty("labels").GetProperty("node").GetString(), ours.GetProperty("annotations").GetProperty("summary").GetString(), ours.GetProperty("annotations").GetProperty("advice").GetString()));
            await AlertTests.UntilAsync(() => NotifiedAsync(http, 1), "Alertmanager posted nothing");
            Assert.Equal(1, (await server.GetAsync("/api/v1/incidents")).GetProperty("items").GetArrayLength());

            // One of another program becomes an incident of its own.
            using var other = await http.PostAsJsonAsync("/api/v2/alerts", new[] { new { labels = new { alertname = "Leak", severity = "page", site = "s" }, annotations = new { summary = "water below the floor" } } }, RunningServer.Cancelled);
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
            var leak = await AlertTests.UntilAsync(
                async () => (await server.GetAsync("/api/v1/incidents")).GetProperty("items").EnumerateArray().Select(static incident => (JsonElement?)incident.GetProperty("status")).FirstOrDefault(static status => status!.Value.GetProperty("title").GetString() == "water below the floor"),
                "the alert of another program made no incident");
            Assert.Equal(("site/s", "critical"), (leak.GetProperty("cause").GetString(), leak.GetProperty("severity").GetString()));

            // The end of ours ends it there.
            AlertTests.Measure(server, 20);
            await AlertTests.IncidentAsync(server, "resolved");
            await AlertTests.UntilAsync(async () => await AlertOfAsync(http, "too-hot") is null ? true : (bool?)null, "Alertmanager has the alert still");
        }
        finally
        {
            alertmanager.Kill();
            await alertmanager.WaitForExitAsync(CancellationToken.None);
            await log;
            Directory.Delete(directory, recursive: true);
        }
    }

    // Each must know the other's address: it starts as delivered, and is told ours when we have one.
    private static async Task ConfigureAsync(RunningServer server, HttpClient http, string directory)
    {
        var token = (await server.PostAsync("/api/v1/tokens", """{"name":"alertmanager","role":"operator"}""")).GetProperty("token").GetString();
        await File.WriteAllTextAsync(Path.Combine(directory, "token"), token, RunningServer.Cancelled);

        // The configuration that is delivered, with this server, this token and less patience.
        var configuration = (await File.ReadAllTextAsync(Delivered, RunningServer.Cancelled))
            .Replace("http://127.0.0.1:7070/", server.Server.Url.ToString(), StringComparison.Ordinal)
            .Replace("/etc/alertmanager/datahall.token", Path.Combine(directory, "token"), StringComparison.Ordinal)
            .Replace("group_wait: 10s", "group_wait: 100ms", StringComparison.Ordinal).Replace("group_interval: 1m", "group_interval: 500ms", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(directory, "alertmanager.yml"), configuration, RunningServer.Cancelled);
        using var answer = await http.PostAsync("/-/reload", null, RunningServer.Cancelled);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(RunningServer.Cancelled));
    }

    private static async Task<(Process Process, Uri Url, Task<string> Log)> StartAsync(string directory)
    {
        File.Copy(Delivered, Path.Combine(directory, "alertmanager.yml"));
        string[] arguments = ["--config.file=alertmanager.yml", "--storage.path=data", "--web.listen-address=127.0.0.1:0", "--cluster.listen-address="];
        try
        {
            var process = Process.Start(new ProcessStartInfo("prometheus-alertmanager", arguments) { WorkingDirectory = directory, RedirectStandardError = true })!;
            var said = new List<string>();
            while (await process.StandardError.ReadLineAsync(RunningServer.Cancelled) is { } line)
            {
                said.Add(line);
                if (Listening.Match(line) is { Success: true } found)
                {
                    return (process, new($"http://{found.Groups[1].Value}"), process.StandardError.ReadToEndAsync(CancellationToken.None)); // A full pipe would hold it up.
                }
            }

            process.Dispose();
            throw new InvalidOperationException($"Alertmanager did not start: {string.Join('\n', said)}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("Alertmanager is not installed: apt-get install prometheus-alertmanager");
            throw;
        }
    }

    private static async Task<JsonElement?> AlertOfAsync(HttpClient http, string name)
    {
        var alerts = await http.GetFromJsonAsync<JsonElement>("/api/v2/alerts", RunningServer.Cancelled);
        return alerts.EnumerateArray().Select(static alert => (JsonElement?)alert).FirstOrDefault(alert => alert!.Value.GetProperty("labels").GetProperty("alertname").GetString() == name);
    }

    private static async Task<int?> NotifiedAsync(HttpClient http, int least)
    {
        var metrics = await http.GetStringAsync("/metrics", RunningServer.Cancelled);
        Assert.Equal(0, Count(Failed.Match(metrics)));
        return Count(Sent.Match(metrics)) >= least ? Count(Sent.Match(metrics)) : null;
    }

    private static int Count(Match match) => match.Success ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static string Delivered => Path.Combine(AlertTests.Root(), "deploy/alertmanager/alertmanager.yml");

    [GeneratedRegex("""Listening on.* address=(127\.0\.0\.1:\d+)""")]
    private static partial Regex Listening { get; }

    [GeneratedRegex("""^alertmanager_notifications_total\{integration="webhook"\} (\d+)$""", RegexOptions.Multiline)]
    private static partial Regex Sent { get; }

    [GeneratedRegex("""^alertmanager_notifications_failed_total\{integration="webhook"\} (\d+)$""", RegexOptions.Multiline)]
    private static partial Regex Failed { get; }
}
