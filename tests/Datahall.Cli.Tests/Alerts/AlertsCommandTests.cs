namespace Datahall.Cli.Tests.Alerts;

public sealed class AlertsCommandTests
{
    private const string Incident = """
        {"kind":"Incident","name":"inc-7","revision":9,"generation":1,"created":"2026-01-01T00:00:00Z","status":{"state":"acknowledged","severity":"critical","title":"node n1 is lost","cause":"node/n1",
        "opened":"2026-01-01T00:00:00Z","changed":"2026-01-01T00:00:00Z","acknowledged":{"at":"2026-01-01T00:01:00Z","by":"ada","note":"on my way"},
        "alerts":[{"rule":"node-lost","fingerprint":"00","source":"rules","labels":{"node":"n1"},"severity":"critical","summary":"node n1 is lost","since":"2026-01-01T00:00:00Z","runbook":"https://r/x"}],
        "evidence":[{"at":"2026-01-01T00:00:00Z","source":"core","about":"node/n1","text":"its agent has been silent for 4s"}],
        "affected":["job/train"],"advice":["see whether it has power"],"timeline":[{"at":"2026-01-01T00:00:00Z","what":"opened","text":"node n1 is lost"}]}}
        """;

    [Fact]
    public async Task Alerts_shows_what_fires_first()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/alerts", """
            {"evaluated":"2026-01-01T00:00:00Z","alerts":[
              {"rule":"a","state":"pending","severity":"warning","labels":{},"summary":"first","since":"2026-01-01T00:00:00Z","withoutData":false,"fingerprint":"1"},
              {"rule":"b","state":"firing","severity":"critical","labels":{},"summary":"second","since":"2026-01-01T00:00:00Z","withoutData":true,"fingerprint":"2","incident":"inc-7"}],
             "rules":[{"rule":"a","series":3,"pending":1,"firing":0},{"rule":"b","series":0,"pending":0,"firing":1}]}
            """);

        var run = await CliRun.AtAsync(server, "alerts");
        var rules = await CliRun.AtAsync(server, "alerts", "--rules");

        var lines = run.Out.Split('\n');
        Assert.Matches(@"^b +firing +critical +\S+ +inc-7 +second \(no data now\)$", lines[1]);
        Assert.Matches(@"^a +pending +warning +\S+ +- +first$", lines[2]);
        Assert.Contains("b      no data   0         1", rules.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alerts_says_when_there_is_nothing()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/alerts", """{"evaluated":"2026-01-01T00:00:00Z","alerts":[],"rules":[{"rule":"a","series":0,"pending":0,"firing":0},{"rule":"b","series":1,"pending":0,"firing":0}]}""");

        Assert.Contains("no alerts; 2 rules were looked at, 1 of them have no data", (await CliRun.AtAsync(server, "alerts")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_writes_the_rule_file()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/rules/prometheus", "groups: []\n");

        Assert.Equal("groups: []\n", (await CliRun.AtAsync(server, "alerts", "export")).Out);
    }

    [Fact]
    public async Task What_others_wrote_cannot_command_the_terminal()
    {
        await using var server = await FakeServer.StartAsync();
        var hostile = Incident.Replace("node n1 is lost", "lost\\u001b]0;owned\\u0007", StringComparison.Ordinal).Replace("on my way", "on\\u001b[2J", StringComparison.Ordinal)
            .Replace("see whether it has power", "see\\u202e", StringComparison.Ordinal);
        server.On("GET /api/v1/incidents", $$"""{"revision":9,"items":[{{hostile}}]}""");
        server.On("GET /api/v1/incidents/inc-7", hostile);
        server.On("GET /api/v1/alerts", """
            {"evaluated":"2026-01-01T00:00:00Z","alerts":[{"rule":"a","state":"firing","severity":"warning","labels":{},"summary":"x\u001b[31m","since":"2026-01-01T00:00:00Z","fingerprint":"1"}],"rules":[]}
            """);

        string[] shown = [(await CliRun.AtAsync(server, "incidents", "ls")).Out, (await CliRun.AtAsync(server, "incidents", "show", "inc-7")).Out, (await CliRun.AtAsync(server, "alerts")).Out];

        Assert.All(shown, static text => Assert.DoesNotContain(text, static letter => (char.IsControl(letter) && letter is not '\n') || letter is '\u202e'));
        Assert.All(shown, static text => Assert.Contains("\\u001b", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_many_alerts_those_that_fire_are_shown_first_and_the_rest_is_counted()
    {
        await using var server = await FakeServer.StartAsync();
        var alerts = Enumerable.Range(0, 50).Select(static i =>
            $$"""{"rule":"a","fingerprint":"{{i}}","source":"rules","severity":"warning","summary":"alert {{i}}.","since":"2026-01-01T00:00:00Z"{{(i < 40 ? ",\"ended\":\"2026-01-01T00:01:00Z\"" : "")}}}""");
        server.On("GET /api/v1/incidents/inc-7", Incident[..Incident.IndexOf("\"alerts\"", StringComparison.Ordinal)] + $"\"alerts\":[{string.Join(',', alerts)}]}}}}");

        var page = (await CliRun.AtAsync(server, "incidents", "show", "inc-7")).Out;

        Assert.Contains("Alerts (10 of 50 fire)\n  fires  alert 40.\n", page, StringComparison.Ordinal);
        Assert.Contains("ended  alert 9.\n  and 30 more", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Incidents_are_listed_shown_taken_on_and_ended()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/incidents", $$"""{"revision":9,"items":[{{Incident}}]}""");
        server.On("GET /api/v1/incidents/inc-7", Incident);
        server.On("POST /api/v1/incidents/inc-7/acknowledge", "{}");
        server.On("POST /api/v1/incidents/inc-7/resolve", "{}");

        Assert.Matches("inc-7 +acknowledged +critical +node/n1 +1/1 +1 +.* +node n1 is lost", (await CliRun.AtAsync(server, "incidents", "ls")).Out);
        var page = (await CliRun.AtAsync(server, "incidents", "show", "inc-7")).Out;
        Assert.All((string[])["node n1 is lost", "acknowledged, critical", "by ada: on my way", "job/train", "see whether it has power", "its agent has been silent", "opened: node n1", "https://r/x"],
            text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.Equal("incident/inc-7 is yours: mine\n", (await CliRun.AtAsync(server, "incidents", "ack", "inc-7", "-m", "mine")).Out);
        Assert.Equal("incident/inc-7 is over\n", (await CliRun.AtAsync(server, "incidents", "resolve", "incident/inc-7")).Out);
        Assert.Contains("POST /api/v1/incidents/inc-7/acknowledge {\"note\":\"mine\"}", server.Requests);
    }
}
