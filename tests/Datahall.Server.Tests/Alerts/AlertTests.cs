using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Datahall.Control.Agents;
using Datahall.Monitoring.Alerts;
using Datahall.Monitoring.Series;
using Datahall.Server.Alerts;
using Datahall.Server.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Server.Tests.Alerts;

public sealed class AlertTests
{
    private const string Hot = """
        kind: AlertRule
        name: too-hot
        spec:
          metric: test_celsius
          compare: above
          value: 80
          severity: critical
          summary: "{{ $labels.node }} has {{ $value }} °C"
          advice: "cool {{ $labels.node }}"
        """;

    [Fact]
    public async Task A_rule_that_holds_makes_an_incident_and_one_that_does_not_ends_it()
    {
        await using var server = await StartAsync();
        await server.ApplyAsync(Hot);
        Measure(server, 85);

        var incident = await IncidentAsync(server, "firing");
        Assert.Equal(("node/n1", "n1 has 85 °C", "critical"), (Text(incident, "cause"), Text(incident, "title"), Text(incident, "severity")));
        var alert = (await server.GetAsync("/api/v1/alerts")).GetProperty("alerts")[0];
        Assert.Equal(("firing", "cool n1", 85, Name(incident)), (alert.GetProperty("state").GetString(), alert.GetProperty("advice").GetString(), alert.GetProperty("value").GetDouble(), alert.GetProperty("incident").GetString()));

        await server.PostAsync($"/api/v1/incidents/{Name(incident)}/acknowledge", """{"note":"on my way"}""");
        Assert.Equal("admin", (await IncidentAsync(server, "acknowledged")).GetProperty("status").GetProperty("acknowledged").GetProperty("by").GetString());

        Measure(server, 60);
        Assert.Equal("datahall", (await IncidentAsync(server, "resolved")).GetProperty("status").GetProperty("resolved").GetProperty("by").GetString());
        await server.PostAsync($"/api/v1/incidents/{Name(incident)}/resolve", "{}", HttpStatusCode.Conflict);
        Assert.Contains("IncidentOpened,IncidentAcknowledged,IncidentResolved", string.Join(',', (await server.GetAsync("/api/v1/events")).GetProperty("items").EnumerateArray()
            .Select(static e => e.GetProperty("reason").GetString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_agent_falls_silent_becomes_an_incident_with_the_work_that_it_had()
    {
        await using var server = await StartAsync(options => options with { Core = new() { Lease = new(15_000) }, Metrics = new() { Series = new() { Interval = TimeSpan.FromSeconds(1) } } });
        await server.ApplyAsync(Manifests.Job("train") + """
            kind: AlertRule
            name: node-gone
            spec: { metric: datahall_node_up, compare: equal, value: 0, severity: critical, summary: "{{ $labels.node }} is gone" }
            """);
        using (var agent = new FakeAgent(server, "n1"))
        {
            await agent.RegisterAsync();
            await using var orders = await agent.OrdersAsync();
            await agent.ReportAsync((await FakeAgent.DesiredAsync(orders, 0)).Revision);
            var desired = await FakeAgent.DesiredAsync(orders, 1);
            await agent.ReportAsync(desired.Revision, new AttemptReport { Task = "train.worker.0", Fence = desired.Tasks[0].Fence, State = AttemptState.Running, Pid = 7 });
        }

        var incident = await IncidentAsync(server, "firing");

        Assert.Equal(("node/n1", "n1 is gone", "critical"), (Text(incident, "cause"), Text(incident, "title"), Text(incident, "severity")));
        Assert.Equal("job/train", Assert.Single(incident.GetProperty("status").GetProperty("affected").EnumerateArray()).GetString());
        Assert.Contains(incident.GetProperty("status").GetProperty("evidence").EnumerateArray(), static item => item.GetProperty("text").GetString()!.Contains("its agent has been silent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_incident_goes_on_over_a_restart()
    {
        await using var server = await StartAsync();
        await server.ApplyAsync(Hot);
        Measure(server, 85);
        var before = await IncidentAsync(server, "firing");

        await server.RestartAsync(Fast);
        Measure(server, 85);
        await LookedAsync(server);

        Assert.Equal(1, (await server.GetAsync("/api/v1/incidents")).GetProperty("items").GetArrayLength());
        Assert.Equal(Name(before), Name(await IncidentAsync(server, "firing")));
    }

    [Fact]
    public async Task A_store_without_rules_is_given_the_default_ones_and_one_with_rules_keeps_its_own()
    {
        await using var server = await StartAsync(options => options with { DefaultAlertRules = true });
        await LookedAsync(server);

        var rules = (await server.GetAsync("/api/v1/alertrules")).GetProperty("items");
        Assert.Equal(DefaultAlertRules.All.Count, rules.GetArrayLength());
        using var exported = await server.Http.GetAsync("/api/v1/rules/prometheus", RunningServer.Cancelled);
        Assert.Equal(PrometheusRules.Write(DefaultAlertRules.All), await exported.Content.ReadAsStringAsync(RunningServer.Cancelled));

        await using var own = await StartAsync();
        await own.ApplyAsync(Hot);
        await own.RestartAsync(options => Fast(options) with { DefaultAlertRules = true });
        await LookedAsync(own);
        Assert.Equal(1, (await own.GetAsync("/api/v1/alertrules")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_webhook_of_Alertmanager_makes_an_incident_and_ends_it()
    {
        await using var server = await StartAsync();
        var message = await File.ReadAllTextAsync(SharedData.Find("monitoring/alert.json"), RunningServer.Cancelled);

        Assert.Equal(1, (await server.PostAsync("/api/v1/alertmanager/webhook", message)).GetProperty("taken").GetInt32());
        await server.PostAsync("/api/v1/alertmanager/webhook", message);

        var incident = await IncidentAsync(server, "firing");
        Assert.Equal(("Xid 79 on n1 gpu 0", "critical", "rule/GpuXid"), (Text(incident, "title"), Text(incident, "severity"), Text(incident, "cause")));
        Assert.Equal("http://x/runbooks/xid", incident.GetProperty("status").GetProperty("alerts")[0].GetProperty("runbook").GetString());

        await server.PostAsync("/api/v1/alertmanager/webhook", message.Replace("\"status\":\"firing\"", "\"status\":\"resolved\"", StringComparison.Ordinal));
        await IncidentAsync(server, "resolved");
    }

    [Fact]
    public async Task The_end_of_an_alert_of_another_program_is_taken_while_a_rule_of_ours_holds_for_the_same_labels()
    {
        await using var server = await StartAsync();
        const string Message = """{"version":"4","alerts":[{"status":"firing","labels":{"alertname":"too-hot","node":"n1","severity":"critical","instance":"h:1"}}]}""";
        await server.PostAsync("/api/v1/alertmanager/webhook", Message);
        await IncidentAsync(server, "firing");
        await server.ApplyAsync(Hot + "\n  for: 1h\n");
        Measure(server, 85);
        await UntilAsync(async () => (await server.GetAsync("/api/v1/alerts")).GetProperty("alerts").GetArrayLength() == 1 ? true : (bool?)null, "our own rule does not hold");

        await server.PostAsync("/api/v1/alertmanager/webhook", Message.Replace("firing", "resolved", StringComparison.Ordinal));

        await IncidentAsync(server, "resolved");
    }

    [Fact]
    public async Task A_message_with_what_no_alert_has_is_refused_with_what_is_wrong()
    {
        await using var server = await StartAsync();
        var name = new string('n', 1_001);

        Assert.Equal("alerts[1] is null: leave it out", await RefusalAsync("{},null"));
        Assert.Equal("alerts[0].labels.node is null: write a text, or leave it out", await RefusalAsync("""{"labels":{"alertname":"a","node":null}}"""));
        Assert.Equal("alerts[0].labels has a name of 1002 characters: it may have 1000", await RefusalAsync($$$"""{"labels":{"alertname":"a","{{{name}}}1":"x","{{{name}}}2":"x"}}"""));
        Assert.StartsWith("alerts has 10001 alerts: one message may have 10000", await RefusalAsync(string.Join(',', Enumerable.Repeat("{}", 10_001))), StringComparison.Ordinal);

        async Task<string?> RefusalAsync(string alerts) =>
            (await server.PostAsync("/api/v1/alertmanager/webhook", $$"""{"version":"4","alerts":[{{alerts}}]}""", HttpStatusCode.BadRequest)).GetProperty("detail").GetString();
    }

    [Fact]
    public async Task What_others_wrote_is_kept_without_what_terminals_obey()
    {
        await using var server = await StartAsync();
        const string Alert = """{"status":"firing","labels":{"alertname":"Odd","note":"\u001b[31m"},"annotations":{"summary":"first\nsecond \u001b]0;owned\u0007","advice":"see \u202e"}}""";

        await server.PostAsync("/api/v1/alertmanager/webhook", $$"""{"version":"4","alerts":[{{Alert}}]}""");
        var incident = await IncidentAsync(server, "firing");
        await server.PostAsync($"/api/v1/incidents/{Name(incident)}/acknowledge", """{"note":"mine\u001b[2J"}""");

        var status = (await IncidentAsync(server, "acknowledged")).GetProperty("status");
        Assert.Equal("first second \\u001b]0;owned\\u0007", status.GetProperty("title").GetString());
        Assert.Equal("see \\u202e", status.GetProperty("advice")[0].GetString());
        Assert.Equal("\\u001b[31m", status.GetProperty("alerts")[0].GetProperty("labels").GetProperty("note").GetString());
        Assert.Equal("mine\\u001b[2J", status.GetProperty("acknowledged").GetProperty("note").GetString());
    }

    [Theory]
    [InlineData("""{"version":"3","alerts":[]}""")]
    [InlineData("""{"version":"4"}""")]
    [InlineData("""[]""")]
    public async Task A_message_that_is_none_is_refused(string message)
    {
        await using var server = await StartAsync();

        await server.PostAsync("/api/v1/alertmanager/webhook", message, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Our_own_alert_that_comes_back_is_not_counted_twice()
    {
        await using var server = await StartAsync();
        await server.ApplyAsync(Hot);
        Measure(server, 85);
        await IncidentAsync(server, "firing");
        var labels = """{"alertname":"too-hot","node":"n1","severity":"critical","instance":"h:1","job":"datahall"}""";

        var answer = await server.PostAsync("/api/v1/alertmanager/webhook", $$"""{"version":"4","alerts":[{"status":"firing","labels":{{labels}}}]}""");

        Assert.Equal((0, 1), (answer.GetProperty("taken").GetInt32(), answer.GetProperty("own").GetInt32()));
        Assert.Equal(1, (await server.GetAsync("/api/v1/incidents")).GetProperty("items").GetArrayLength());
    }

    /// <summary>deploy/prometheus/rules/datahall.yml is what 'datahall alerts export' writes of the default rules.</summary>
    [Fact]
    public void The_deployed_rule_file_is_up_to_date()
    {
        var file = Path.Combine(Root(), "deploy/prometheus/rules/datahall.yml");

        Assert.Equal(File.ReadAllText(file), PrometheusRules.Write(DefaultAlertRules.All));
    }

    [Fact]
    public void The_rules_of_the_examples_are_valid()
    {
        var file = Path.Combine(Root(), "examples/monitoring/rules.yaml");

        Assert.Empty(Model.Manifests.ManifestReader.Read(file, File.ReadAllText(file)).Errors);
    }

    internal static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Datahall.slnx")))
        {
            at = Path.GetDirectoryName(at.TrimEnd('/'))!;
        }

        return at;
    }

    internal static Task<RunningServer> StartAsync(Func<Server.Hosting.ServerOptions, Server.Hosting.ServerOptions>? change = null) =>
        RunningServer.StartAsync(options => change is null ? Fast(options) : change(Fast(options)));

    internal static Server.Hosting.ServerOptions Fast(Server.Hosting.ServerOptions options) => options with { Alerts = new() { Interval = TimeSpan.FromMilliseconds(100), Resend = TimeSpan.FromMilliseconds(500), Lookback = TimeSpan.FromHours(1) } };

    internal static void Measure(RunningServer server, double celsius) => server.Server.Services.GetRequiredService<SeriesStore>()
        .Append("test_celsius", new Dictionary<string, string> { ["node"] = "n1" }, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), celsius);

    /// <summary>Waits for the incident that is in a state.</summary>
    internal static Task<JsonElement> IncidentAsync(RunningServer server, string state) => UntilAsync(
        async () => (await server.GetAsync("/api/v1/incidents")).GetProperty("items").EnumerateArray().Where(incident => Text(incident, "state") == state).Select(static incident => (JsonElement?)incident).FirstOrDefault(),
        $"no incident is {state}");

    internal static async Task<T> UntilAsync<T>(Func<Task<T?>> find, string problem)
        where T : struct
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
        {
            if (await find() is { } found)
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, RunningServer.Cancelled);
        }

        throw new TimeoutException($"{problem} after 60 s");
    }

    internal static string Name(JsonElement resource) => resource.GetProperty("name").GetString()!;

    // Two looks have been taken since now.
    private static async Task LookedAsync(RunningServer server)
    {
        var book = server.Server.Services.GetRequiredService<AlertBook>();
        var first = await UntilAsync(() => Task.FromResult(book.Latest?.At), "no look at the rules");
        await UntilAsync(() => Task.FromResult(book.Latest!.At > first ? book.Latest.At : (DateTimeOffset?)null), "no second look at the rules");
    }

    private static string Text(JsonElement incident, string field) => incident.GetProperty("status").GetProperty(field).GetString()!;
}
