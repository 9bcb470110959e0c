using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Datahall.Gateway.Hosting;
using Datahall.Server.Metrics;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Metrics;

/// <summary>The page, the code and the dashboards name the same metrics.</summary>
public sealed partial class MetricsPageTests
{
    [Fact]
    public void Page_lists_the_metrics_of_the_fleet_and_no_others() => Assert.Equal(
        FleetMetrics.All.ToDictionary(static metric => metric.Name, static metric => metric.IsCounter ? "counter" : "gauge"),
        MetricsPage.Fleet());

    [Fact]
    public async Task Page_lists_the_instruments_with_their_kinds_and_units_and_no_others()
    {
        var found = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name.StartsWith("Datahall.", StringComparison.Ordinal))
                {
                    lock (found)
                    {
                        found[instrument.Name] = (KindOf(instrument), instrument.Unit ?? "");
                    }
                }
            },
        };
        listener.Start();
        await using var server = await RunningServer.StartAsync(static options => options with { Gateway = new GatewayOptions { Name = "built-in", Listeners = [new() { Address = "127.0.0.1" }] } });
        await server.GetAsync("/api/v1/logs/templates"); // Measured from the first use on.

        lock (found)
        {
            Assert.Equal(Sorted(MetricsPage.Instruments()), Sorted(found));
        }
    }

    [Fact]
    public void Dashboards_are_whole_and_name_metrics_of_the_page_only()
    {
        var names = MetricsPage.PrometheusNames();
        var files = Directory.GetFiles(Path.Combine(MetricsPage.Root, "deploy", "grafana", "dashboards"), "*.json");

        Assert.True(files.Length >= 4);
        foreach (var file in files)
        {
            var dashboard = JsonElement.Parse(File.ReadAllText(file));
            Assert.InRange(dashboard.GetProperty("schemaVersion").GetInt32(), 36, 42);
            var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();
            Assert.Equal(panels.Count, panels.Select(static panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
            var expressions = Expressions(dashboard).ToList();
            Assert.NotEmpty(expressions);
            Assert.All(expressions.SelectMany(Metrics), name => Assert.True(names.Contains(name), $"{Path.GetFileName(file)} asks for {name}, which is not in docs/metrics.md"));
        }
    }

    [Fact]
    public async Task Dashboards_ask_in_PromQL()
    {
        var rules = new System.Text.StringBuilder("groups:\n- name: dashboards\n  rules:\n");
        var count = 0;
        foreach (var expression in Directory.GetFiles(Path.Combine(MetricsPage.Root, "deploy", "grafana", "dashboards"), "*.json").SelectMany(static file => Expressions(JsonElement.Parse(File.ReadAllText(file)))).Where(static text => !text.StartsWith("label_values", StringComparison.Ordinal)))
        {
            rules.Append(System.Globalization.CultureInfo.InvariantCulture, $"  - record: dashboard:{++count}\n    expr: |\n      {Variable().Replace(expression, ".*")}\n");
        }

        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, rules.ToString(), RunningServer.Cancelled);
        var faults = await Promtool.RunAsync("", "check", "rules", file);
        File.Delete(file);

        Assert.True(count > 50);
        Assert.Equal("", faults);
    }

    [Theory]
    [InlineData("datahall.control.step.duration", "s", false, false, "datahall_control_step_duration_seconds")]
    [InlineData("datahall.control.commit.failures", "{batch}", true, false, "datahall_control_commit_failures_total")]
    [InlineData("datahall.gateway.request.bytes", "By", true, false, "datahall_gateway_request_bytes_total")]
    [InlineData("datahall.energy.it.energy", "J", true, false, "datahall_energy_it_energy_joules_total")]
    [InlineData("a.share", "1", false, true, "a_share_ratio")]
    [InlineData("2.a..b", null, false, false, "_2_a_b")]
    public void InstrumentName_is_the_one_that_Prometheus_has(string instrument, string? unit, bool isCounter, bool isGauge, string expected) =>
        Assert.Equal(expected, InstrumentName.Of(instrument, unit, isCounter, isGauge));

    private static IEnumerable<string> Sorted(Dictionary<string, (string, string)> instruments) => instruments.Select(static pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal);

    private static string KindOf(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        return type.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram" : type.Contains("Gauge", StringComparison.Ordinal) || type.Contains("UpDown", StringComparison.Ordinal) ? "gauge" : "counter";
    }

    private static IEnumerable<string> Expressions(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static property => property is { Name: "expr" or "definition", Value.ValueKind: JsonValueKind.String } ? [property.Value.GetString()!] : Expressions(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Expressions),
        _ => [],
    };

    private static IEnumerable<string> Metrics(string expression) => MetricName().Matches(expression).Select(static match => match.Value);

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Variable();

    // Names of ours have these beginnings; words of PromQL and labels have not.
    [GeneratedRegex(@"\b(datahall_[a-z0-9_]+|node_(?!\b)[A-Za-z0-9_]+|DCGM_[A-Z0-9_]+)\b")]
    private static partial Regex MetricName();
}
