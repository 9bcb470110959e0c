using System.Net.Http.Headers;
using System.Text;
using Datahall.Server.Hosting;
using Microsoft.Playwright;

namespace Datahall.Console.Tests.Browsing;

/// <summary>A real server on a free port with real work under its built-in agent.</summary>
internal sealed class ConsoleServer : IAsyncDisposable
{
    private readonly Func<ServerOptions, ServerOptions>? change;

    private ConsoleServer(DatahallServer server, string directory, Func<ServerOptions, ServerOptions>? change)
    {
        (Server, Directory, this.change) = (server, directory, change);
        Url = server.Url.ToString().TrimEnd('/');
        Http = new() { BaseAddress = server.Url, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", server.AdminToken) } };
    }

    public DatahallServer Server { get; private set; }

    public string Directory { get; }

    public string Url { get; }

    public HttpClient Http { get; }

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<ConsoleServer> StartAsync(Func<ServerOptions, ServerOptions>? change = null)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("datahall-console-").FullName;
        return new(await DatahallServer.StartAsync(Options(directory, "http://127.0.0.1:0", change), Cancelled), directory, change);
    }

    public async Task ApplyAsync(string manifests)
    {
        using var content = new StringContent(manifests, Encoding.UTF8, "application/yaml");
        using var response = await Http.PostAsync("/api/v1/apply", content, Cancelled);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancelled));
    }

    /// <summary>Opens a page as somebody who is signed in.</summary>
    public async Task<IPage> OpenAsync(IBrowserContext context, string path = "/", string? token = null)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(Url + path);
        await page.FillAsync("#token", token ?? Server.AdminToken);
        await page.ClickAsync("form.login button[type=submit]");
        await ReadyAsync(page);
        return page;
    }

    /// <summary>Waits until a page is live.</summary>
    public static Task ReadyAsync(IPage page) => page.WaitForSelectorAsync("html[data-circuit=up]");

    /// <summary>Stops the server; its tasks live on.</summary>
    public Task StopAsync() => Server.StopAsync(StopMode.LeaveTasks, Cancelled);

    /// <summary>Starts it again on the same data and the same port.</summary>
    public async Task StartAgainAsync() => Server = await DatahallServer.StartAsync(Options(Directory, Url, change), Cancelled);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.StopAsync(StopMode.Drain, CancellationToken.None);
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static ServerOptions Options(string directory, string listen, Func<ServerOptions, ServerOptions>? change)
    {
        var options = new ServerOptions { DataDirectory = directory, Listen = listen, NodeName = "here" };
        return change?.Invoke(options) ?? options;
    }
}
