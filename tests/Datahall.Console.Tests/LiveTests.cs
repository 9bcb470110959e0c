using System.Diagnostics;
using System.Text.Json;
using Datahall.Console.Tests.Browsing;
using Microsoft.Playwright;

namespace Datahall.Console.Tests;

/// <summary>Pages follow what happens, whatever happens to the connection; and people act on them.</summary>
public sealed class LiveTests(Browser browser)
{
    [Fact]
    public async Task Killed_task_is_seen_the_node_is_drained_and_the_page_survives_a_restart_of_the_server()
    {
        await using var server = await ConsoleServer.StartAsync();
        await server.ApplyAsync(Work.Service("web", replicas: 1));
        await using var context = await browser.NewContextAsync();
        var page = await server.OpenAsync(context, "/tasks/web.v1.0");
        await Assertions.Expect(page.Locator("h1 .phase")).ToHaveTextAsync("running");
        await page.EvaluateAsync("window.untouched = true");

        Kill(await PidAsync(server, "web.v1.0"));
        await Assertions.Expect(page.Locator("dl .fact", new() { HasText = "Attempt" })).ToContainTextAsync("2");
        await Assertions.Expect(page.Locator("h1 .phase")).ToHaveTextAsync("running");
        Assert.True(await page.EvaluateAsync<bool>("window.untouched"), "the page was loaded anew");

        await page.ClickAsync("a[href='/nodes/here']");
        await page.GetByRole(AriaRole.Button, new() { Name = "Drain", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.Locator("code")).ToHaveTextAsync("datahall node drain here");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Drain", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("draining");

        await server.StopAsync();
        await Assertions.Expect(page.Locator("#connection")).ToContainTextAsync("connection to the server is lost");
        await server.StartAgainAsync();
        await Assertions.Expect(page.Locator("#connection")).ToBeHiddenAsync(new() { Timeout = 30_000 });
        await page.WaitForSelectorAsync("html[data-circuit=up]");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("draining");
        Assert.EndsWith("/nodes/here", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overview_shows_new_events_as_they_come()
    {
        await using var server = await ConsoleServer.StartAsync();
        await using var context = await browser.NewContextAsync();
        var page = await server.OpenAsync(context, "/");

        await server.ApplyAsync(Work.Service("web", replicas: 1));

        await Assertions.Expect(page.Locator("ol.events").Last).ToContainTextAsync("task/web.v1.0");
    }

    [Fact]
    public async Task Service_is_scaled_from_its_page_and_an_escape_changes_nothing()
    {
        await using var server = await ConsoleServer.StartAsync();
        await server.ApplyAsync(Work.Service("web", replicas: 1));
        await using var context = await browser.NewContextAsync();
        var page = await server.OpenAsync(context, "/services/web");

        await page.GetByRole(AriaRole.Button, new() { Name = "Scale", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.Locator("input[type=number]").FillAsync("3");
        await Assertions.Expect(dialog.Locator("code")).ToHaveTextAsync("datahall scale service/web --replicas 3");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Scale", Exact = true }).ClickAsync();
        await dialog.Locator("input[type=number]").FillAsync("2");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Scale", Exact = true }).ClickAsync();

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("web.v1.1");
    }

    private static async Task<int> PidAsync(ConsoleServer server, string task)
    {
        using var json = JsonDocument.Parse(await server.Http.GetStringAsync($"/api/v1/tasks/{task}", ConsoleServer.Cancelled));
        return json.RootElement.GetProperty("status").GetProperty("pid").GetInt32();
    }

    private static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill(entireProcessTree: true);
    }
}
