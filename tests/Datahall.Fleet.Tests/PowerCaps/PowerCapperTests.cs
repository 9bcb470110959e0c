using Datahall.Fleet.PowerCaps;
using Datahall.Model;

namespace Datahall.Fleet.Tests.PowerCaps;

public sealed class PowerCapperTests : IDisposable
{
    private readonly FakeMachine machine = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => machine.Dispose();

    [Fact]
    public async Task RangeAsync_adds_up_packages_and_gpus() =>
        Assert.Equal(new CapRange(new(280), new(800)), await Capper().RangeAsync(Token));

    [Fact]
    public async Task RangeAsync_without_devices_is_null()
    {
        using var bare = new FakeMachine(packages: 0, gpus: 0);

        Assert.Null(await Capper(bare).RangeAsync(Token));
        Assert.Contains("no device of this machine can be limited", (await Capper(bare).HoldAsync(new Watts(300), Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HoldAsync_gives_each_device_its_least_and_an_equal_share_of_the_rest()
    {
        // 280 W at least, 800 W at most; 540 W is half the way.
        var status = await Capper().HoldAsync(new Watts(540), Token);

        Assert.Equal(new PowerCapStatus(new Watts(540), new Watts(540), null), status);
        Assert.Equal([200, 200], [machine.Gpu(0), machine.Gpu(1)]);
        Assert.Equal([70, 70], [machine.Package(0), machine.Package(1)]);
        Assert.Equal(900, machine.Package(8));
    }

    [Fact]
    public async Task HoldAsync_never_goes_below_the_least_and_says_so()
    {
        var status = await Capper().HoldAsync(new Watts(100), Token);

        Assert.Equal(new Watts(280), status.InForce);
        Assert.Contains("100W cannot be kept: the devices take 280W at least", status.Message, StringComparison.Ordinal);
        Assert.Equal([100, 100, 40, 40], [machine.Gpu(0), machine.Gpu(1), machine.Package(0), machine.Package(1)]);
    }

    [Fact]
    public async Task HoldAsync_gives_back_what_was_before_also_after_a_restart_in_between()
    {
        machine.Write("intel-rapl:1/constraint_0_power_limit_uw", "80000000");
        await Capper().HoldAsync(new Watts(540), Token);
        await Capper().HoldAsync(new Watts(300), Token); // Another agent: what it finds is a cap, not what was before.

        var status = await Capper().HoldAsync(null, Token);

        Assert.Equal(new PowerCapStatus(null, null, null), status);
        Assert.Equal([250, 250, 100, 80], [machine.Gpu(0), machine.Gpu(1), machine.Package(0), machine.Package(1)]);
        Assert.Empty(Directory.GetFiles(machine.Data));
    }

    [Fact]
    public async Task HoldAsync_never_lifts_a_device_above_what_it_had()
    {
        machine.Write("intel-rapl:1/constraint_0_power_limit_uw", "50000000");

        await Capper().HoldAsync(new Watts(800), Token);

        Assert.Equal([250, 100, 50], [machine.Gpu(0), machine.Package(0), machine.Package(1)]);
    }

    [Fact]
    public async Task HoldAsync_writes_nothing_when_it_is_so_already()
    {
        var capper = Capper();
        await capper.HoldAsync(new Watts(540), Token);
        var sets = machine.GpuSets;
        await capper.HoldAsync(new Watts(540), Token);
        var again = machine.GpuSets;
        machine.Write("intel-rapl:0/constraint_0_power_limit_uw", "100000000"); // Somebody takes the cap away.

        var status = await capper.HoldAsync(new Watts(540), Token);

        Assert.Equal((2, 2), (sets, again));
        Assert.Equal((new Watts(540), 70), (status.InForce, machine.Package(0)));
    }

    [Fact]
    public async Task HoldAsync_reads_back_and_says_what_a_device_did_not_take()
    {
        machine.RefuseGpus();

        var status = await Capper().HoldAsync(new Watts(540), Token);

        Assert.Equal(new Watts(640), status.InForce);
        Assert.Equal("the power cap cannot be kept: GPU-gpu0 was set to 200 W and has 250 W: nvidia-smi said: Insufficient Permissions", status.Message);
    }

    [Fact]
    public async Task HoldAsync_says_when_a_package_does_not_keep_limits()
    {
        machine.Write("intel-rapl:0/enabled", "0");

        Assert.Contains("intel-rapl:0 does not keep limits: write 1 to", (await Capper().HoldAsync(new Watts(540), Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HoldAsync_with_a_memory_that_holds_something_else_touches_nothing()
    {
        File.WriteAllText(Path.Combine(machine.Data, "power-limits.json"), "{ no");

        var status = await Capper().HoldAsync(new Watts(540), Token);

        Assert.Contains("power-limits.json' does not hold the limits from before", status.Message, StringComparison.Ordinal);
        Assert.Equal((250, 100), (machine.Gpu(0), machine.Package(0)));
    }

    [Fact]
    public void Divide_keeps_the_cap_and_every_devices_limits()
    {
        const int Seed = 20261126;
        var random = new Random(Seed);
        for (var run = 0; run < 2_000; run++)
        {
            var devices = Enumerable.Range(0, random.Next(1, 9)).Select(i =>
            {
                var least = random.Next(10, 300) + (random.NextDouble() < 0.5 ? 0.5 : 0);
                return new CapDevice($"d{i}", least, least + random.Next(0, 500), least, static (_, _) => Task.FromResult<string?>(null));
            }).ToList();
            var cap = random.Next(1, 4000);

            var shares = PowerCapper.Divide(devices, cap);

            Assert.All(devices.Zip(shares), pair => Assert.InRange(pair.Second, pair.First.Least, pair.First.Most));
            Assert.True(shares.Sum() <= Math.Max(cap, devices.Sum(static d => d.Least)) + 1e-9, $"seed {Seed}, run {run}: {shares.Sum()} W of {cap} W");
        }
    }

    private PowerCapper Capper(FakeMachine? other = null) => new((other ?? machine).Sys, (other ?? machine).Smi, (other ?? machine).Data);
}
