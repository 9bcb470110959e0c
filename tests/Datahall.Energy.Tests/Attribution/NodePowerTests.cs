using Datahall.Energy.Attribution;
using Datahall.Model;

namespace Datahall.Energy.Tests.Attribution;

public sealed class NodePowerTests
{
    private static NodeCapacity Cpus(int cpus) => new() { Cpu = new(cpus * 1000L) };

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-40.0)]
    [InlineData(0.0)]
    [InlineData(15.0)] // RAPL of the processors alone.
    [InlineData(4294967295.0)]
    [InlineData(null)]
    public void Of_estimates_when_the_meter_is_absurd_or_missing(double? meter)
    {
        var server = NodeServer.Of(null, [new() { Model = "cpu-2s" }], null, Cpus(128));
        var load = new NodeLoad { Cpus = 128, CpuUsed = 64, MeasuredWatts = meter };

        var power = NodePower.Of(server, load, 20);

        Assert.Equal(PowerSource.Estimated, power.Source);
        Assert.Equal(server.Type.Power.Watts(0.5), power.Boards, 9);
        Assert.Equal(server.Type.Draw(power.Boards, 20).Wall, power.Wall, 9);
    }

    [Fact]
    public void Of_takes_a_plausible_meter_and_finds_the_boards_behind_it()
    {
        var server = NodeServer.Of(null, [new() { Model = "cpu-2s" }], null, Cpus(128));

        var power = NodePower.Of(server, new() { Cpus = 128, CpuUsed = 1, MeasuredWatts = 500 }, 20);

        Assert.Equal((PowerSource.Measured, 500.0), (power.Source, power.Wall));
        Assert.Equal(500, server.Type.Draw(power.Boards, 20).Wall, 4);
        Assert.Equal(500, power.Boards + power.Fans + power.SupplyLoss, 9);
    }

    [Fact]
    public void Of_believes_devices_one_by_one()
    {
        var capacity = new NodeCapacity { Cpu = new(10_000), Devices = [.. Enumerable.Repeat(new Device { Model = "H100" }, 3)] };
        var device = capacity.Devices[0];
        var load = new NodeLoad { Cpus = 10, CpuUsed = 0, Devices = [new(device, 1, 650), new(device, 1, 4294967295.0), new(device, double.NaN, null)] };

        var power = NodePower.Of(NodeServer.Of(null, [], null, capacity), load, 20);

        Assert.Equal([650.0, 700.0, 70.0], power.Devices);
        Assert.Equal(30 + 10 + 650 + 700 + 70, power.Wall, 6);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-3)]
    [InlineData(1e12)]
    public void Of_takes_what_tasks_hold_for_use_when_the_use_is_absurd(double used)
    {
        var server = NodeServer.Of(null, [], null, Cpus(8));

        var power = NodePower.Of(server, new() { Cpus = 8, CpuUsed = used, Tasks = [new(2, double.NaN, [], 0)] }, 20);

        Assert.Equal(38 + (32 * 0.25), power.Wall, 9);
    }

    [Fact]
    public void A_nodes_type_is_its_labels_then_its_racks_then_its_capacitys()
    {
        RackServers[] rack = [new() { Model = "cpu-1s" }, new() { Model = "cpu-2s" }];
        var site = new SiteSpec { Servers = [new() { Name = "own", Idle = new(10), Max = new(20) }] };

        (string, ServerOrigin) Of(string? label, RackServers[] inRack, int cpus) => NodeServer.Of(site, inRack, label, Cpus(cpus)) is var server ? (server.Spec.Name, server.Origin) : default;

        Assert.Equal(("own", ServerOrigin.Label), Of("own", rack, 128));
        Assert.Equal(("dgx-h100", ServerOrigin.Label), Of("dgx-h100", rack, 128));
        Assert.Equal(("cpu-2s", ServerOrigin.Rack), Of(null, rack, 128));
        Assert.Equal(("cpu-1s", ServerOrigin.Rack), Of("misspelt", rack, 32));
        Assert.Equal(("32-cpus", ServerOrigin.Capacity), Of(null, [], 32));
    }

    [Fact]
    public void Device_figures_know_models_slices_and_strangers()
    {
        Assert.Equal((70.0, 700.0), DeviceFigures.Of(new() { Model = "NVIDIA H100 80GB HBM3" }));
        Assert.Equal((35.0, 350.0), DeviceFigures.Of(new() { Model = "L40S" }));
        Assert.Equal((50.0, 400.0), DeviceFigures.Of(new() { Model = "stranger" }));
        Assert.Equal((10.0, 100.0), DeviceFigures.Of(new() { Model = "H100", MigProfile = "1g.10gb" }));
    }
}
