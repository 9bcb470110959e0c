using System.Net;
using Datahall.Console.Tests.Browsing;
using Microsoft.Playwright;

namespace Datahall.Console.Tests;

public sealed class SignInTests(Browser browser)
{
    [Fact]
    public async Task Sign_in_with_the_admin_token_leads_to_the_page_that_was_asked_for()
    {
        await using var server = await ConsoleServer.StartAsync();
        await using var context = await browser.NewContextAsync();

        var page = await server.OpenAsync(context, "/nodes?q=here");

        Assert.Equal($"{server.Url}/nodes?q=here", page.Url);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Nodes");
        var cookie = Assert.Single(await context.CookiesAsync(), static cookie => cookie.Name == "datahall.session");
        Assert.True(cookie.HttpOnly);
        Assert.Equal(SameSiteAttribute.Strict, cookie.SameSite);
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_signing_out_ends_every_page()
    {
        await using var server = await ConsoleServer.StartAsync();
        await using var context = await browser.NewContextAsync();
        var wrong = await context.NewPageAsync();
        await wrong.GotoAsync(server.Url + "/nodes");
        await wrong.FillAsync("#token", "wrong");
        await wrong.ClickAsync("form.login button[type=submit]");
        await Assertions.Expect(wrong.GetByRole(AriaRole.Alert)).ToContainTextAsync("no token of this server");

        var first = await server.OpenAsync(context, "/nodes");
        var second = await context.NewPageAsync();
        await second.GotoAsync(server.Url + "/jobs");
        await ConsoleServer.ReadyAsync(second);
        await first.ClickAsync("form.sign-out button");

        await first.WaitForURLAsync("**/login*");
        await second.WaitForURLAsync("**/login*");
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    [InlineData("/%09/elsewhere.example/")]
    public async Task Sign_in_leads_nowhere_else(string elsewhere)
    {
        await using var server = await ConsoleServer.StartAsync(static options => options with { RunAgent = false });
        await using var context = await browser.NewContextAsync();

        var page = await server.OpenAsync(context, $"/login?returnUrl={elsewhere}");

        Assert.Equal(server.Url, new Uri(page.Url).GetLeftPart(UriPartial.Authority));
    }

    [Theory]
    [InlineData("/nodes", "text/html", HttpStatusCode.Redirect)]
    [InlineData("/nodes", "*/*", HttpStatusCode.Unauthorized)]
    [InlineData("/_blazor/negotiate", "text/html", HttpStatusCode.Redirect)]
    [InlineData("/login", "text/html", HttpStatusCode.OK)]
    [InlineData("/console/console.css", "text/css", HttpStatusCode.OK)]
    [InlineData("/console/nothing.css", "text/css", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/jobs", "text/html", HttpStatusCode.Unauthorized)]
    public async Task Without_a_session_only_the_sign_in_page_and_its_files_open(string path, string accept, HttpStatusCode expected)
    {
        await using var server = await ConsoleServer.StartAsync(static options => options with { RunAgent = false });
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new(server.Url) };
        client.DefaultRequestHeaders.Accept.ParseAdd(accept);

        using var response = await client.GetAsync(path, ConsoleServer.Cancelled);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_sign_in_without_an_antiforgery_token_is_refused()
    {
        await using var server = await ConsoleServer.StartAsync(static options => options with { RunAgent = false });
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new(server.Url) };
        using var form = new FormUrlEncodedContent([new("token", server.Server.AdminToken)]);

        using var response = await client.PostAsync("/login/session", form, ConsoleServer.Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain("Set-Cookie", response.Headers.Select(static header => header.Key));
    }
}
