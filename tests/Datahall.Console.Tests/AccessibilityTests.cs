using Datahall.Console.Tests.Browsing;
using Deque.AxeCore.Playwright;

namespace Datahall.Console.Tests;

/// <summary>What axe finds on the pages, in both themes.</summary>
public sealed class AccessibilityTests(Browser browser, WorkingHall hall)
{
    private static readonly string[] Pages =
    [
        "/", "/hall", "/hall?by=owner", "/jobs", "/jobs/train", "/services/web", "/queues", "/nodes", "/nodes/here", "/tasks/train.worker.0", "/energy", "/incidents", "/events", "/simulations", "/nowhere",
    ];

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task No_page_has_a_serious_finding(string theme)
    {
        await using var context = await browser.NewContextAsync();
        var server = await hall.ServerAsync();
        await context.AddCookiesAsync([new() { Name = "datahall.theme", Value = theme, Url = server.Url }]);
        var page = await hall.OpenAsync(context, "/");
        var findings = new List<string>();
        foreach (var path in Pages)
        {
            await page.GotoAsync(server.Url + path);
            await ConsoleServer.ReadyAsync(page);
            findings.AddRange(await FindingsAsync(page, path));
        }

        await page.GotoAsync(server.Url + "/nodes/here");
        await ConsoleServer.ReadyAsync(page);
        await page.ClickAsync(".actions button >> nth=0");
        await page.WaitForSelectorAsync("[role=dialog] code");
        findings.AddRange(await FindingsAsync(page, "dialog"));
        await page.ClickAsync("[role=dialog] button >> nth=-2");
        await page.ClickAsync("form.sign-out button");
        await page.WaitForURLAsync("**/login*");
        findings.AddRange(await FindingsAsync(page, "/login"));

        Assert.Equal([], findings);
    }

    private static async Task<IEnumerable<string>> FindingsAsync(Microsoft.Playwright.IPage page, string path)
    {
        var result = await page.RunAxe();
        return result.Violations
            .Where(static violation => violation.Impact is "serious" or "critical")
            .SelectMany(violation => violation.Nodes.Select(node => $"{path}: {violation.Id} ({violation.Help}) at {node.Html}"));
    }
}
