using Datahall.Fleet.Agents;
using Datahall.Fleet.Tests.Agents;
using Datahall.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datahall.Fleet.Tests.PowerCaps;

public sealed class AgentCapTests : IDisposable
{
    private readonly FakeMachine machine = new();
    private readonly FakeControlPlane control = new();

    public void Dispose() => machine.Dispose();

    [Fact]
    public async Task RunAsync_caps_as_ordered_again_after_a_restart_and_gives_back_what_was_before()
    {
        this.control.OrderCap(new Watts(540));
        await using (new Running(NewAgent(allow: true), this.control))
        {
            await Eventually.Holds("cap in force", () => this.control.PowerCap == new PowerCapStatus(new Watts(540), new Watts(540), null));
        }

        var between = (machine.Gpu(0), machine.Package(0));
        machine.Write("intel-rapl:0/constraint_0_power_limit_uw", "100000000"); // As after a reboot.
        await using (new Running(NewAgent(allow: true), this.control))
        {
            await Eventually.Holds("cap in force again", () => machine.Package(0) == 70 && this.control.PowerCap?.InForce == new Watts(540));
            this.control.Away = true;
            machine.Write("intel-rapl:1/constraint_0_power_limit_uw", "90000000"); // Somebody lifts it while the control plane is away.
            await Eventually.Holds("cap kept without a control plane", () => machine.Package(1) == 70);
            this.control.Away = false;
            await Eventually.Holds("another session or report", () => this.control.PowerCap?.InForce == new Watts(540));
            this.control.OrderCap(null);
            await Eventually.Holds("cap gone", () => this.control.PowerCap == new PowerCapStatus(null, null, null));
        }

        Assert.Equal((200, 70), between);
        Assert.Equal([250, 250, 100, 100], [machine.Gpu(0), machine.Gpu(1), machine.Package(0), machine.Package(1)]);
        Assert.All(this.control.Registrations, static registration => Assert.Equal(new CapRange(new(280), new(800)), registration.CapRange));
    }

    [Fact]
    public async Task RunAsync_without_permission_touches_nothing_and_says_so()
    {
        this.control.OrderCap(new Watts(540));
        await using var run = new Running(NewAgent(allow: false), this.control);

        await Eventually.Holds("refusal", () => this.control.PowerCap is { InForce: null, Message: not null });

        Assert.Contains("--allow-power-caps", this.control.PowerCap!.Message, StringComparison.Ordinal);
        Assert.Equal((250, 100), (machine.Gpu(0), machine.Package(0)));
        Assert.Null(this.control.Registrations.Single().CapRange);
    }

    private Agent NewAgent(bool allow) => new(
        new()
        {
            DataDirectory = machine.Data,
            Node = "n1",
            Address = "127.0.0.1",
            AllowPowerCaps = allow,
            CapInterval = TimeSpan.FromMilliseconds(50),
            Retry = TimeSpan.FromMilliseconds(20),
            Sys = machine.Sys,
            NvidiaSmi = machine.Smi,
            Runtime = new() { DataDirectory = machine.Data, Poll = TimeSpan.FromMilliseconds(20) },
        },
        TimeProvider.System,
        NullLogger<Agent>.Instance);

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource end = new();
        private readonly Task running;

        public Running(Agent agent, FakeControlPlane control) => running = agent.RunAsync(control, end.Token);

        public async ValueTask DisposeAsync()
        {
            await end.CancelAsync();
            await Eventually.Ends("cancelled agent", running);
            end.Dispose();
        }
    }
}
