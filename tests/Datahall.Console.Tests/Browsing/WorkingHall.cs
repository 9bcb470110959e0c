using Datahall.Console.Tests.Browsing;
using Datahall.Server.Console;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(WorkingHall))]

namespace Datahall.Console.Tests.Browsing;

/// <summary>One server with work that really runs, for all tests that change nothing of what the others look at.</summary>
public sealed class WorkingHall : IAsyncLifetime
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private ConsoleServer? server;

    /// <summary>Opens a page of the console as an admin; the server and its work start with the first call.</summary>
    public async Task<IPage> OpenAsync(IBrowserContext context, string path)
    {
        var running = await ServerAsync();
        return await running.OpenAsync(context, path);
    }

    internal async Task<ConsoleServer> ServerAsync()
    {
        await gate.WaitAsync(ConsoleServer.Cancelled);
        try
        {
            return server ??= await StartAsync();
        }
        finally
        {
            gate.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        gate.Dispose();
    }

    private static async Task<ConsoleServer> StartAsync()
    {
        var running = await ConsoleServer.StartAsync(static options => options with { WatchLogs = true, Console = new ConsoleOptions { ReadingInterval = TimeSpan.FromSeconds(1) } });
        await running.ApplyAsync(Work.All);
        return running;
    }
}
