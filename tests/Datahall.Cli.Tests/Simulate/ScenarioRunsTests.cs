using System.Text.Json;

namespace Datahall.Cli.Tests.Simulate;

public sealed class ScenarioRunsTests : IDisposable
{
    private const string Site = "kind: Site\nname: s\nspec: {plant: room-100kw, halls: [{name: h, rows: [{name: A, racks: 2, servers: [{model: dgx-h100, count: 2}]}]}]}\n";
    private const string Scenario = "---\nkind: Scenario\nname: x\nspec: {length: 2h, workload: [{name: a, utilisation: 0.5}], policies: [{name: cold}, {name: warm, supplyCelsius: 22}]}\n";

    private readonly TestDirectory folder = new();

    [Fact]
    public async Task Json_has_every_run_with_energy_and_metrics_and_is_the_same_each_time()
    {
        var file = Write(Site + Scenario);

        var (first, second) = (await CliRun.OfAsync("simulate", "-f", file, "-o", "json"), await CliRun.OfAsync("simulate", "-f", file, "-o", "json"));

        Assert.Equal(0, first.Exit);
        Assert.Equal(first.Out, second.Out);
        using var json = JsonDocument.Parse(first.Out);
        Assert.Equal("cold", json.RootElement.GetProperty("baseline").GetString());
        var runs = json.RootElement.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(["cold", "warm"], runs.Select(static run => run.GetProperty("policy").GetString()));
        foreach (var run in runs)
        {
            var energy = run.GetProperty("energyKilowattHours");
            Assert.Equal(energy.GetProperty("total").GetDouble() / energy.GetProperty("it").GetDouble(), run.GetProperty("metrics").GetProperty("pue").GetDouble(), 1e-6);
            Assert.Equal(0, run.GetProperty("inletViolationSeconds").GetDouble());
        }
    }

    [Fact]
    public async Task A_metric_without_value_is_null_with_its_reason()
    {
        var run = await CliRun.OfAsync("simulate", "-f", Write(Site.Replace("model: dgx-h100, count: 2", "model: off", StringComparison.Ordinal).Replace("plant:", "servers: [{name: off, max: 1W}], plant:", StringComparison.Ordinal) + Scenario.Replace("0.5", "0", StringComparison.Ordinal)), "-o", "json");

        using var json = JsonDocument.Parse(run.Out);
        var metrics = json.RootElement.GetProperty("runs")[0].GetProperty("metrics");
        Assert.Equal(JsonValueKind.Null, metrics.GetProperty("pue").ValueKind);
        Assert.StartsWith("the IT energy of the interval is 0", metrics.GetProperty("pueReason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_stands_alone_and_names_stay_text()
    {
        var file = Write(Site + Scenario.Replace("length: 2h", "description: \"<script>alert(1)</script> & more\", length: 2h", StringComparison.Ordinal));
        var chart = Path.Combine(folder.Path, "chart.svg");

        var run = await CliRun.OfAsync("simulate", "-f", file, "-o", "html", "--chart", chart);

        Assert.Equal(0, run.Exit);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("http", run.Out.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal); // Nothing to fetch.
        Assert.Contains("<th scope=\"col\">warm</th>", run.Out, StringComparison.Ordinal);
        var drawing = System.Xml.Linq.XDocument.Load(chart);
        var curves = drawing.Descendants().Where(static e => e.Name.LocalName == "path").Select(static e => e.Attribute("d")!.Value).ToList();
        Assert.Equal((6 * 2) + 1, curves.Count); // Six panels of two runs, and the air outside.
        Assert.All(curves, static d => Assert.InRange(d.Count(static c => c == ','), 2, 120)); // Of 120 minutes; what lies on a level line is left out.
        Assert.Contains(File.ReadAllText(chart), run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simulate", "--faults", "-o", "html")]
    [InlineData("simulate", "--trace", "philly", "-o", "html")]
    public async Task Only_scenarios_have_a_page(params string[] arguments)
    {
        var run = await CliRun.OfAsync(arguments);

        Assert.Equal(2, run.Exit);
        Assert.Contains("-o html is for scenarios (-f FILE)", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("warm-supply.yaml", "96 servers in 24 racks", "least-power against fixed-18: energy -")]
    [InlineData("fintech-day-night.yaml", "184 servers in 24 racks", "least-power against fixed-18: energy -")]
    [InlineData("feed-loss.yaml", "feed above rating, s         7200         2            2", "guard against no-guard: energy ")]
    [InlineData("demand-response.yaml", "asked for less at 16 h, kW", "answer against no-answer: energy -")]
    [InlineData("power-limit.yaml", "120 servers in 30 racks", "limit-800kW against no-limit: energy -")]
    [InlineData("chiller-loss.yaml", "88 servers in 22 racks", "emergency: caps, h")]
    [InlineData("placed-jobs.yaml", "1340 of 1369", "energy against best-fit: energy -0.8 %")]
    [InlineData("fan-control.yaml", "96 servers in 24 racks", "by-component against by-load: energy -")]
    public async Task Ready_scenarios_run(string file, string expected, string comparison)
    {
        var run = await CliRun.OfAsync("simulate", "-f", Path.Combine(Repository(), "examples", "scenarios", file));

        Assert.Equal(0, run.Exit);
        Assert.Contains(expected, run.Out, StringComparison.Ordinal);
        Assert.Contains(comparison, run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Site, "holds 0 scenarios and 1 sites; a scenario file holds one 'kind: Scenario' and one 'kind: Site'")]
    [InlineData("kind: Job\nname: j\n", "unknown kind 'Job'; it is one of Scenario, Site")]
    [InlineData(Site + "---\nkind: Scenario\nname: x\nspec: {length: 2h}\n", "there is no policy; the first is the baseline")]
    [InlineData(Site + "---\nkind: Scenario\nname: x\nspec: {length: 90s, policies: [{name: a}]}\n", "1m30s is not a whole number of steps of 1m")]
    [InlineData(Site + "---\nkind: Scenario\nname: x\nspec: {workload: [{name: a, utilisation: 1, file: f}], policies: [{name: a}]}\n", "2 loads are given; give one of utilisation, hours, wave, file and jobs")]
    [InlineData(Site + "---\nkind: Scenario\nname: x\nspec: {policies: [{name: a, boardLimit: 0}]}\n", "a limit of 0 W lets nothing run")]
    [InlineData("kind: Site\nname: s\nspec: {plant: room-100kw}\n" + Scenario, "site/s: the site has no servers")]
    [InlineData(Site + "---\nkind: Scenario\nname: x\nspec: {weatherFile: no.csv, policies: [{name: a}]}\n", "no.csv: cannot be read")]
    public async Task What_is_wrong_is_said(string text, string message)
    {
        var run = await CliRun.OfAsync("simulate", "-f", Write(text));

        Assert.Equal(2, run.Exit);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_scenario_is_not_applied()
    {
        var run = await CliRun.OfAsync("apply", "-f", Write(Site + Scenario));

        Assert.Equal(2, run.Exit);
        Assert.Contains("a scenario is simulated, not applied; run 'datahall simulate -f FILE'", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private string Write(string text)
    {
        var file = Path.Combine(folder.Path, "scenario.yaml");
        File.WriteAllText(file, text);
        return file;
    }

    private static string Repository()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Datahall.slnx")))
        {
            at = Path.GetDirectoryName(at) ?? throw new DirectoryNotFoundException("this test does not run inside the repository");
        }

        return at;
    }
}
