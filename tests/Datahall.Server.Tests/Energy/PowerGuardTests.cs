using System.Globalization;
using System.Text.Json;
using Datahall.Fleet;
using Datahall.Fleet.Agents;
using Datahall.Server.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datahall.Server.Tests.Energy;

/// <summary>A server that guards a rack, and the real agent of a machine whose meters and limits are files.</summary>
public sealed class PowerGuardTests
{
    private const string Hall = """
        kind: Site
        name: lab
        spec:
          capping: { when: load, hold: 1s }
          servers: [{ name: box, idle: 100W, max: 900W }]
          halls: [{ name: a, racks: [{ name: r1, powerLimit: 800W, servers: [{ model: box }] }] }]
        ---
        kind: Node
        name: far
        spec: { location: { hall: a, rack: r1 } }

        """;

    [Fact]
    public async Task A_reading_over_the_limit_sets_a_cap_and_a_low_one_releases_it()
    {
        await using var server = await RunningServer.StartAsync(MeteredHall.Options);
        await server.ApplyAsync(Hall);
        var sys = Path.Combine(server.Directory, "sys");
        var limits = Machine(sys);
        Meter(sys, 400);
        using var stop = new CancellationTokenSource();
        using var control = new HttpControlPlane(server.Server.Url, server.Server.JoinToken, TimeProvider.System);
        var agent = AgentOf(server, sys).RunAsync(control, stop.Token);
        try
        {
            await UntilAsync(server, static node => Has(node, "capRange", "most") && node.GetProperty("phase").GetString() is "ready");
            Meter(sys, 850);
            var capped = await UntilAsync(server, static node => Has(node, "powerCap", "inForce"));
            var written = limits.Sum(Microwatts) / 1e6;
            var top = await MeteredHall.UntilAsync(server, "/api/v1/top/power", static answer => Has(answer.GetProperty("nodes")[0], "heldWatts"));
            Meter(sys, 4_294_967_295);
            await MeteredHall.UntilAsync(server, "/api/v1/top/power", static answer => answer.GetProperty("nodes")[0].GetProperty("source").GetString() is "estimated");
            var absurd = await UntilAsync(server, static _ => true);
            Meter(sys, 600);
            var released = await UntilAsync(server, static node => !Has(node, "automaticCap") && !Has(node, "powerCap"));

            // 850 W of 800 W are brought to 95 %, 760 W: 140 W less than the box may draw, of the 700 W of its processors.
            Assert.Equal("560W", capped.GetProperty("automaticCap").GetProperty("watts").GetString());
            Assert.Equal("rack a/r1 draws 850 W of the 800 W that it may", capped.GetProperty("automaticCap").GetProperty("why").GetString());
            Assert.Equal("560W", capped.GetProperty("powerCap").GetProperty("inForce").GetString());
            Assert.Equal(560, written);
            Assert.Equal((560, 560), (top.GetProperty("nodes")[0].GetProperty("capWatts").GetInt64(), top.GetProperty("nodes")[0].GetProperty("heldWatts").GetInt64()));
            Assert.Equal("560W", absurd.GetProperty("automaticCap").GetProperty("watts").GetString());
            Assert.Equal(700e6, limits.Sum(Microwatts));
            Assert.Equal("ready", released.GetProperty("phase").GetString());
            var events = (await server.GetAsync("/api/v1/events?about=node/far")).ToString();
            Assert.All(["PowerCapped", "PowerCapInForce", "PowerCapReleased", "PowerCapLifted"], reason => Assert.Contains(reason, events, StringComparison.Ordinal));
        }
        finally
        {
            await stop.CancelAsync();
            await agent;
        }
    }

    [Fact]
    public async Task A_cap_by_hand_is_kept_by_the_agent_and_explained()
    {
        await using var server = await RunningServer.StartAsync(MeteredHall.Options);
        var sys = Path.Combine(server.Directory, "sys");
        var limits = Machine(sys);
        using var stop = new CancellationTokenSource();
        using var control = new HttpControlPlane(server.Server.Url, server.Server.JoinToken, TimeProvider.System);
        var agent = AgentOf(server, sys).RunAsync(control, stop.Token);
        try
        {
            await UntilAsync(server, static node => node.GetProperty("phase").GetString() is "ready");
            await server.PostAsync("/api/v1/nodes/far/cap", """{"cap":"400W"}""");
            await UntilAsync(server, static node => Has(node, "powerCap", "inForce"));
            var held = limits.Sum(Microwatts);
            var why = (await server.GetAsync("/api/v1/explain/node/far")).ToString();
            var refused = await server.PostAsync("/api/v1/nodes/far/cap", """{"cap":"10W"}""", System.Net.HttpStatusCode.Conflict);
            await server.PostAsync("/api/v1/nodes/far/cap", """{"cap":null}""");
            await UntilAsync(server, static node => !Has(node, "powerCap"));

            Assert.Equal(400e6, held);
            Assert.Contains("its power cap is 400W; in force: its devices are held at 400W together", why, StringComparison.Ordinal);
            Assert.Contains("together they take 280W to 700W", refused.ToString(), StringComparison.Ordinal);
            Assert.Equal(700e6, limits.Sum(Microwatts));
        }
        finally
        {
            await stop.CancelAsync();
            await agent;
        }
    }

    private static Agent AgentOf(RunningServer server, string sys) => new(
        new()
        {
            DataDirectory = Path.Combine(server.Directory, "agent-far"),
            Node = "far",
            Address = "127.0.0.1",
            AllowPowerCaps = true,
            Sys = sys,
            NvidiaSmi = "/no/such/nvidia-smi",
            ReadingsInterval = TimeSpan.FromMilliseconds(50),
            CapInterval = TimeSpan.FromMilliseconds(200),
            Capacity = new() { Cpu = new(8000), Memory = new(1L << 34), Disk = new(1L << 34) },
        },
        TimeProvider.System,
        NullLogger<Agent>.Instance);

    private static List<string> Machine(string sys)
    {
        var limits = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var zone = Path.Combine(sys, $"class/powercap/intel-rapl:{i}");
            Directory.CreateDirectory(zone);
            File.WriteAllText(Path.Combine(zone, "name"), $"package-{i}\n");
            File.WriteAllText(Path.Combine(zone, "constraint_0_max_power_uw"), "350000000\n");
            limits.Add(Path.Combine(zone, "constraint_0_power_limit_uw"));
            File.WriteAllText(limits[i], "350000000\n");
        }

        return limits;
    }

    // Renamed into place: a reader sees the old figure or the new one.
    private static void Meter(string sys, long watts)
    {
        var file = Path.Combine(sys, "class/hwmon/hwmon0/power1_input");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText($"{file}.new", (watts * 1_000_000).ToString(CultureInfo.InvariantCulture));
        File.Move($"{file}.new", file, overwrite: true);
    }

    private static double Microwatts(string file) => double.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);

    private static bool Has(JsonElement status, string field, string? within = null) =>
        status.TryGetProperty(field, out var value) && (within is null || value.TryGetProperty(within, out _));

    private static async Task<JsonElement> UntilAsync(RunningServer server, Func<JsonElement, bool> isSo)
    {
        await MeteredHall.UntilAsync(server, "/api/v1/nodes?limit=10", list => list.GetProperty("items").EnumerateArray().Any(node => node.TryGetProperty("status", out var status) && isSo(status)));
        return (await server.GetAsync("/api/v1/nodes/far")).GetProperty("status");
    }
}
