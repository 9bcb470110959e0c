using Datahall.Energy.Attribution;
using Datahall.Model;

namespace Datahall.Energy.Tests.Attribution;

public sealed class PowerAttributionTests
{
    private static readonly double[] Absurd = [double.NaN, double.PositiveInfinity, -40, 4294967295, -1, 1e9];

    [Fact]
    public void Divide_gives_all_of_a_nodes_power_whatever_it_says()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var load = RandomLoad(random);
            var server = NodeServer.Of(null, random.Next(2) == 0 ? [] : [new() { Model = "dgx-h100" }], null, Capacity(load));
            var power = NodePower.Of(server, load, random.Next(10, 40));
            var watts = new double[load.Tasks.Count];

            var idle = PowerAttribution.Divide(load, power, watts);

            Assert.True(double.IsFinite(power.Wall) && power.Wall > 0, $"seed {seed}, round {round}: the node draws {power.Wall} W");
            Assert.True(power.Wall <= 1.2 * server.Type.Draw(server.Type.Power.MaxWatts * 2, 40).Wall, $"seed {seed}, round {round}: {power.Wall} W are too many");
            Assert.All(watts, part => Assert.True(part >= 0 && double.IsFinite(part), $"seed {seed}, round {round}: a part is {part} W"));
            Assert.True(idle >= 0, $"seed {seed}, round {round}: {idle} W fall to nobody");
            Assert.True(Math.Abs(watts.Sum() + idle - power.Wall) < 1e-9 * power.Wall, $"seed {seed}, round {round}: {watts.Sum()} W and {idle} W are not {power.Wall} W");
            Assert.True(power.Devices.Sum() <= power.Boards * (1 + 1e-12), $"seed {seed}, round {round}: devices draw more than the boards");
        }
    }

    [Fact]
    public void Divide_charges_a_device_to_who_holds_it_and_the_host_by_use_and_by_room()
    {
        var a100 = new Device { Model = "A100" };
        var load = new NodeLoad
        {
            Cpus = 10,
            CpuUsed = 6,
            Devices = [new(a100, 1, null), new(a100, 0.5, 200), new(a100, 0, null), new(a100, 0, null)],
            Tasks = [new(2, 4, [0], 1), new(5, 1, [1], 0.5), new(1, 0, [], 0)],
        };
        var power = new NodePower(PowerSource.Estimated, 1000, 1000, 0, 100, [400, 200, 88, 88]);
        var watts = new double[3];

        var idle = PowerAttribution.Divide(load, power, watts);

        // Device 0 is the first task's. Of device 1 the second has what it draws above its 88 W idle, and half of those. Of the host's 124 W dynamic power
        // 4/6 and 1/6 are theirs, and 1/6 is the system's. Of its 100 W idle power they have (2/10 + 1/4)/2, (5/10 + 1/8)/2 and (1/10)/2.
        Assert.Equal(400 + (124 * 4 / 6.0) + (100 * 0.225), watts[0], 9);
        Assert.Equal(112 + 44 + (124 * 1 / 6.0) + (100 * 0.3125), watts[1], 9);
        Assert.Equal(100 * 0.05, watts[2], 9);
        Assert.Equal(1000 - watts.Sum(), idle, 9);
    }

    [Fact]
    public void Divide_shares_a_device_between_its_holders()
    {
        var load = new NodeLoad { Cpus = 1, Devices = [new(new() { Model = "H100" }, 1, 700)], Tasks = [new(0, 0, [0], 0.25), new(0, 0, [0], 0.75)] };
        var watts = new double[2];

        PowerAttribution.Divide(load, new(PowerSource.Measured, 1400, 700, 0, 0, [700]), watts);

        Assert.Equal([350.0, 1050.0], watts); // The wall's power is twice the boards'.
    }

    [Fact]
    public void Divide_wants_a_part_for_each_task() =>
        Assert.Throws<ArgumentException>(() => PowerAttribution.Divide(new() { Tasks = [new(1, 1, [], 0)] }, new(PowerSource.Measured, 1, 1, 0, 0, []), []));

    private static NodeLoad RandomLoad(Random random)
    {
        var (cpus, devices) = (random.Next(1, 200), random.Next(0, 9));
        var tasks = Enumerable.Range(0, random.Next(0, 12)).Select(_ => new TaskLoad(
            random.NextDouble() * cpus, Says(random, cpus / 4.0), [.. Enumerable.Range(0, devices).Where(_ => random.Next(3) == 0)], random.Next(1, 1001) / 1000.0)).ToList();
        return new()
        {
            Cpus = cpus,
            CpuUsed = Says(random, cpus),
            MeasuredWatts = random.Next(3) == 0 ? null : Says(random, 12_000),
            Devices = [.. Enumerable.Range(0, devices).Select(_ => new DeviceLoad(new() { Model = random.Next(2) == 0 ? "H100" : "odd" }, Says(random, 1), random.Next(2) == 0 ? null : Says(random, 800)))],
            Tasks = tasks,
        };
    }

    private static double Says(Random random, double most) => random.Next(4) == 0 ? Absurd[random.Next(Absurd.Length)] : random.NextDouble() * most;

    private static NodeCapacity Capacity(NodeLoad load) => new() { Cpu = new((long)(load.Cpus * 1000)), Devices = [.. load.Devices.Select(static device => device.Device)] };
}
