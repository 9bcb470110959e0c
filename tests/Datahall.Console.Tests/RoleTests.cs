using System.Net.Http.Json;
using System.Text.Json;
using Datahall.Console.Tests.Browsing;
using Microsoft.Playwright;

namespace Datahall.Console.Tests;

public sealed class RoleTests(Browser browser, WorkingHall hall)
{
    [Fact]
    public async Task Viewer_sees_actions_that_he_may_not_use_and_a_revoked_token_ends_the_session()
    {
        await using var context = await browser.NewContextAsync();
        var server = await hall.ServerAsync();
        using var answer = await server.Http.PostAsJsonAsync("/api/v1/tokens", new { name = "looks", role = "viewer" }, ConsoleServer.Cancelled);
        using var made = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(ConsoleServer.Cancelled));
        var page = await server.OpenAsync(context, "/nodes/here", made.RootElement.GetProperty("token").GetString());

        await Assertions.Expect(page.Locator("form.sign-out .role")).ToHaveTextAsync("viewer");
        var drain = page.GetByRole(AriaRole.Button, new() { Name = "Drain", Exact = true });
        await Assertions.Expect(drain).ToBeDisabledAsync();
        await Assertions.Expect(drain).ToHaveAttributeAsync("title", "This takes the role operator.");

        // Whoever enables the button in the browser is refused by the server.
        await page.EvaluateAsync("() => [...document.querySelectorAll('.actions button')].forEach(button => button.disabled = false)");
        await drain.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Drain", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToHaveTextAsync("This takes the role operator.");
        Assert.DoesNotContain("draining", await server.Http.GetStringAsync("/api/v1/nodes/here", ConsoleServer.Cancelled), StringComparison.Ordinal);

        using var revoked = await server.Http.DeleteAsync("/api/v1/tokens/looks", ConsoleServer.Cancelled);
        Assert.True(revoked.IsSuccessStatusCode);
        await page.WaitForURLAsync("**/login?returnUrl=*");
    }

    [Fact]
    public async Task Join_token_opens_no_console()
    {
        await using var context = await browser.NewContextAsync();
        var server = await hall.ServerAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Url + "/nodes");

        await page.FillAsync("#token", server.Server.JoinToken);
        await page.ClickAsync("form.login button[type=submit]");

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Session_that_runs_out_leads_to_the_sign_in_page()
    {
        await using var context = await browser.NewContextAsync();
        await using var server = await ConsoleServer.StartAsync(static options => options with
        {
            RunAgent = false,
            Console = new() { SessionLifetime = TimeSpan.FromSeconds(10), ReadingInterval = TimeSpan.FromSeconds(1) },
        });
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Url + "/nodes");
        await page.FillAsync("#token", server.Server.AdminToken);
        await page.ClickAsync("form.login button[type=submit]");
        await page.WaitForURLAsync("**/nodes");

        await page.WaitForURLAsync("**/login?returnUrl=%2Fnodes");
    }
}
