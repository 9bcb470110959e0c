using Datahall.Control.Core;

namespace Datahall.Server.Tests.Hosting;

/// <summary>A server with one node of 8 CPUs that takes tasks and does nothing with them.</summary>
internal static class ReadyNode
{
    /// <summary>Starts a server that does not lose the node, however slow the test is, and lets the node join.</summary>
    public static async Task<RunningServer> StartAsync(string node)
    {
        var server = await RunningServer.StartAsync(static options => options with { Core = new CoreOptions { Lease = new(3_600_000) } });
        using var agent = new FakeAgent(server, node);
        await agent.RegisterAsync();
        await using var orders = await agent.OrdersAsync();
        await agent.ReportAsync((await FakeAgent.DesiredAsync(orders, 0)).Revision);
        return server;
    }
}
