using System.Text.Json;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Energy;

public sealed class EnergyMeterTests
{
    [Fact]
    public async Task Work_goes_to_the_rack_where_a_watt_costs_less()
    {
        await using var server = await RunningServer.StartAsync(MeteredHall.Options);
        await server.ApplyAsync(MeteredHall.Site + MeteredHall.Node("n1", "a-warm") + MeteredHall.Node("n2", "b-cool"));
        await MeteredHall.JoinAsync(server, "n1");
        await MeteredHall.JoinAsync(server, "n2");
        var power = await MeteredHall.UntilAsync(server, "/api/v1/top/power", static answer => Prices(answer).Count == 2);
        await PricedAsync(server);

        await server.ApplyAsync(Manifests.Job("j"));

        var prices = Prices(power);
        Assert.True(prices["n1"] > prices["n2"] + 0.01, power.ToString());
        var placed = await server.GetAsync("/api/v1/tasks/j.worker.0");
        Assert.Equal("n2", placed.GetProperty("status").GetProperty("placement").GetProperty("node").GetString()); // Of equal nodes it would be n1.
        var why = (await server.GetAsync("/api/v1/explain/task/j.worker.0")).GetProperty("details").ToString();
        Assert.Matches("best of them: n2 with a score of \\d+, where it is; n1 with a score of \\d+", why);
    }

    [Fact]
    public async Task Movable_work_moves_to_where_a_watt_costs_less_when_that_is_asked_for()
    {
        var job = Manifests.Job("j").Replace("cpu: 1", "cpu: 4", StringComparison.Ordinal).Replace("spec:", "spec:\n  disruption: { movable: true }", StringComparison.Ordinal);
        await using var server = await RunningServer.StartAsync(MeteredHall.Options);
        await server.ApplyAsync(MeteredHall.Site.Replace("plant: room-100kw", "plant: room-100kw\n  cooling: { supply: hottest-inlet }", StringComparison.Ordinal) + MeteredHall.Node("n1", "a-warm") + MeteredHall.Node("n2", "b-cool"));
        await MeteredHall.JoinAsync(server, "n1", watts: 280);
        await server.ApplyAsync(job);
        await MeteredHall.RunAsync(server, "n1", "j.worker.0", watts: 280);
        await MeteredHall.JoinAsync(server, "n2", watts: 280);
        await MeteredHall.UntilAsync(server, "/api/v1/top/power", static answer => Prices(answer).Count == 2);

        var dry = await server.PostAsync("/api/v1/optimize/rebalance?goal=energy&dryRun=true", null);
        var real = await server.PostAsync("/api/v1/optimize/rebalance?goal=energy", null);

        var move = Assert.Single(dry.GetProperty("moves").EnumerateArray());
        Assert.Equal(("j.worker.0", "n1", "n2"), (move.GetProperty("task").GetString(), move.GetProperty("from").GetString(), move.GetProperty("to").GetString()));
        Assert.InRange(move.GetProperty("gain").GetDouble(), 0.02 * 20, 200); // Watts of the whole site, for the 20 that four processors are taken to draw.
        Assert.Equal(1, real.GetProperty("taken").GetInt32());
        Assert.Contains("it moves from node n1 to n2, to save power", (await server.GetAsync("/api/v1/tasks/j.worker.0")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_jobs_energy_is_counted_while_it_runs_and_outlives_the_server()
    {
        await using var server = await RunningServer.StartAsync(MeteredHall.Options);
        await server.ApplyAsync(MeteredHall.Site + MeteredHall.Node("n1", "b-cool"));
        await MeteredHall.JoinAsync(server, "n1", watts: 200);
        await server.ApplyAsync(Manifests.Job("j"));
        await MeteredHall.RunAsync(server, "n1", "j.worker.0", watts: 200);

        var running = Energy(await MeteredHall.UntilAsync(server, "/api/v1/jobs/j", static job => Energy(job) is { } energy && It(energy) > 1e-5));
        await server.RestartAsync();
        var restarted = Energy(await server.GetAsync("/api/v1/jobs/j"));

        Assert.Equal(It(running!.Value), running.Value.GetProperty("measuredKilowattHours").GetDouble(), 12);
        Assert.Equal(It(running.Value), running.Value.GetProperty("coveredKilowattHours").GetDouble(), 12);
        Assert.True(running.Value.GetProperty("facilityKilowattHours").GetDouble() > It(running.Value) + running.Value.GetProperty("coolingKilowattHours").GetDouble());
        Assert.Equal(0.7 * running.Value.GetProperty("facilityKilowattHours").GetDouble(), running.Value.GetProperty("cost").GetDouble(), tolerance: 1e-8);
        Assert.Equal("CNY", running.Value.GetProperty("currency").GetString());
        Assert.Equal(500 * running.Value.GetProperty("facilityKilowattHours").GetDouble(), running.Value.GetProperty("carbonGrams").GetDouble(), tolerance: 1e-6); // Each is rounded on its own.
        Assert.True(It(restarted!.Value) >= It(running.Value), $"{running} became {restarted}");
    }

    [Fact]
    public async Task The_report_adds_up_to_what_top_says_and_has_the_sites_metrics()
    {
        await using var server = await RunningServer.StartAsync(MeteredHall.Options);
        await server.ApplyAsync(MeteredHall.Site + MeteredHall.Node("n1", "b-cool"));
        await MeteredHall.JoinAsync(server, "n1", watts: 200);
        await server.ApplyAsync(Manifests.Job("j"));
        await MeteredHall.RunAsync(server, "n1", "j.worker.0", watts: 200);
        var power = await MeteredHall.UntilAsync(server, "/api/v1/top/power", static answer => answer.GetProperty("owners").GetArrayLength() == 2);
        await MeteredHall.UntilAsync(server, "/api/v1/report/energy?by=job", static report => report.GetProperty("rows").GetArrayLength() > 0);

        var report = await server.GetAsync("/api/v1/report/energy?by=site&from=1h");
        var nodes = await server.GetAsync("/api/v1/report/energy?by=node&from=1h");

        Assert.Equal(200, power.GetProperty("nodes")[0].GetProperty("watts").GetDouble());
        Assert.Equal("measured", power.GetProperty("nodes")[0].GetProperty("source").GetString());
        Assert.Equal(200, power.GetProperty("owners").EnumerateArray().Sum(static owner => owner.GetProperty("watts").GetDouble()), 9);
        Assert.Equal("Asia/Shanghai", report.GetProperty("timeZone").GetString());
        var site = report.GetProperty("sites")[0];
        Assert.Equal("lab", site.GetProperty("site").GetString());
        Assert.Equal("CNY", site.GetProperty("costs")[0].GetProperty("currency").GetString());
        var metrics = site.GetProperty("metrics").EnumerateArray().ToDictionary(static metric => metric.GetProperty("name").GetString()!, static metric => metric.TryGetProperty("value", out var value) ? value.GetDouble() : double.NaN);
        Assert.Equal(["PUE3", "PUE2", "PUE1", "pPUE-cooling", "DCiE", "ERE", "ERF", "REF", "CUE", "WUE", "ITUE", "TUE", "CER"], metrics.Keys);
        Assert.Equal(1, metrics["PUE3"] * metrics["DCiE"], 9);
        Assert.Equal(0.25, metrics["REF"], 9);
        Assert.Equal(0.5 * metrics["PUE3"], metrics["CUE"], 9);
        Assert.Equal(metrics["TUE"], metrics["ITUE"] * metrics["PUE3"], 9);
        var (all, ofNodes) = (report.GetProperty("rows")[0].GetProperty("itKilowattHours").GetDouble(), nodes.GetProperty("rows")[0].GetProperty("itKilowattHours").GetDouble());
        Assert.True(ofNodes >= all * 0.999999, $"{all} kWh of the site, a moment later {ofNodes} kWh of its nodes");
    }

    [Theory]
    [InlineData(4294967295.0)]
    [InlineData(-40.0)]
    [InlineData(0.0)]
    public async Task Without_a_site_or_a_true_meter_the_servers_are_estimated_and_nothing_is_invented(double watts)
    {
        await using var server = await RunningServer.StartAsync(MeteredHall.Options);
        await MeteredHall.JoinAsync(server, "n1", watts, cpuUsed: 8);

        var power = await MeteredHall.UntilAsync(server, "/api/v1/top/power", static answer => answer.GetProperty("nodes").GetArrayLength() == 1);
        var report = await MeteredHall.UntilAsync(server, "/api/v1/report/energy", static answer => answer.GetProperty("sites").GetArrayLength() > 0);

        var node = power.GetProperty("nodes")[0];
        Assert.Equal(("estimated", "capacity", 70.0), (node.GetProperty("source").GetString(), node.GetProperty("typeFrom").GetString(), node.GetProperty("watts").GetDouble()));
        Assert.False(node.TryGetProperty("facilityWatts", out _) || node.TryGetProperty("price", out _) || node.TryGetProperty("inletCelsius", out _), node.ToString());
        Assert.Contains("no site", power.GetProperty("sites")[0].GetProperty("missing").GetString(), StringComparison.Ordinal);
        Assert.False(report.GetProperty("rows")[0].TryGetProperty("cost", out _), report.ToString());
        Assert.All(report.GetProperty("sites")[0].GetProperty("metrics").EnumerateArray(), static metric => Assert.NotEmpty(metric.GetProperty("reason").GetString()!));
    }

    [Fact]
    public async Task The_report_says_what_is_asked_wrongly()
    {
        await using var server = await RunningServer.StartAsync();

        var by = await server.GetAsync("/api/v1/report/energy?by=colour", System.Net.HttpStatusCode.BadRequest);
        var from = await server.GetAsync("/api/v1/report/energy?from=yesterday", System.Net.HttpStatusCode.BadRequest);

        Assert.Contains("by is 'colour': it takes site, queue, job, service, node", by.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("from is 'yesterday': give an ISO date", from.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task PricedAsync(RunningServer server)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        do
        {
            await timer.WaitForNextTickAsync(RunningServer.Cancelled);
            var snapshot = await server.Http.GetStringAsync("/api/v1/snapshot", RunningServer.Cancelled);
            if (JsonElement.Parse(snapshot.Split('\n')[0]).GetProperty("energyPrices").TryGetProperty("nodes", out var nodes) && nodes.GetArrayLength() == 2)
            {
                return;
            }
        }
        while (true);
    }

    private static Dictionary<string, double> Prices(JsonElement power) => power.GetProperty("nodes").EnumerateArray().Where(static node => node.TryGetProperty("price", out _))
        .ToDictionary(static node => node.GetProperty("node").GetString()!, static node => node.GetProperty("price").GetDouble());

    private static JsonElement? Energy(JsonElement job) => job.TryGetProperty("status", out var status) && status.TryGetProperty("energy", out var energy) ? energy : null;

    private static double It(JsonElement energy) => energy.TryGetProperty("itKilowattHours", out var it) ? it.GetDouble() : 0;
}
