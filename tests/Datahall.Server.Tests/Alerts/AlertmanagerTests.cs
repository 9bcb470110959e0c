using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
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
        var port = FreePort();
        await using var server = await AlertTests.StartAsync(options => options with { Alertmanagers = [new($"http://127.0.0.1:{port}")] });
        var directory = Directory.CreateTempSubdirectory("datahall-alertmanager-").FullName;
        using var alertmanager = await StartAsync(server, directory, port);
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
        try
        {
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
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<Process> StartAsync(RunningServer server, string directory, int port)
    {
        var token = (await server.PostAsync("/api/v1/tokens", """{"name":"alertmanager","role":"operator"}""")).GetProperty("token").GetString();
        await File.WriteAllTextAsync(Path.Combine(directory, "token"), token, RunningServer.Cancelled);

        // The configuration that is delivered, with this server, this token and less patience.
        var configuration = (await File.ReadAllTextAsync(Path.Combine(AlertTests.Root(), "deploy/alertmanager/alertmanager.yml"), RunningServer.Cancelled))
            .Replace("http://127.0.0.1:7070/", server.Server.Url.ToString(), StringComparison.Ordinal)
            .Replace("/etc/alertmanager/datahall.token", Path.Combine(directory, "token"), StringComparison.Ordinal)
            .Replace("group_wait: 10s", "group_wait: 100ms", StringComparison.Ordinal).Replace("group_interval: 1m", "group_interval: 500ms", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(directory, "alertmanager.yml"), configuration, RunningServer.Cancelled);
        string[] arguments = ["--config.file=alertmanager.yml", "--storage.path=data", $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=error"];
        try
        {
            return Process.Start(new ProcessStartInfo("prometheus-alertmanager", arguments) { WorkingDirectory = directory })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("Alertmanager is not installed: apt-get install prometheus-alertmanager");
            throw;
        }
    }

    private static async Task<JsonElement?> AlertOfAsync(HttpClient http, string name)
    {
        try
        {
            var alerts = await http.GetFromJsonAsync<JsonElement>("/api/v2/alerts", RunningServer.Cancelled);
            return alerts.EnumerateArray().Select(static alert => (JsonElement?)alert).FirstOrDefault(alert => alert!.Value.GetProperty("labels").GetProperty("alertname").GetString() == name);
        }
        catch (HttpRequestException) // It is still starting.
        {
            return null;
        }
    }

    private static async Task<int?> NotifiedAsync(HttpClient http, int least)
    {
        var metrics = await http.GetStringAsync("/metrics", RunningServer.Cancelled);
        Assert.Equal(0, Count(Failed.Match(metrics)));
        return Count(Sent.Match(metrics)) >= least ? Count(Sent.Match(metrics)) : null;
    }

    private static int Count(Match match) => match.Success ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("""^alertmanager_notifications_total\{integration="webhook"\} (\d+)$""", RegexOptions.Multiline)]
    private static partial Regex Sent { get; }

    [GeneratedRegex("""^alertmanager_notifications_failed_total\{integration="webhook"\} (\d+)$""", RegexOptions.Multiline)]
    private static partial Regex Failed { get; }
}
