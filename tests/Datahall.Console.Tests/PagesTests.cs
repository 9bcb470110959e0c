using Datahall.Console.Tests.Browsing;
using Microsoft.Playwright;

namespace Datahall.Console.Tests;

/// <summary>Each page with real work behind it.</summary>
public sealed class PagesTests(Browser browser, WorkingHall hall)
{
    [Theory]
    [InlineData("/", "Overview", "Newest events")]
    [InlineData("/hall", "Hall", "berlin · h1")]
    [InlineData("/hall?by=owner", "Hall", "nothing runs")]
    [InlineData("/jobs", "Jobs", "train")]
    [InlineData("/jobs/train", "train", "train.worker.0")]
    [InlineData("/jobs/waits", "waits", "lack")]
    [InlineData("/services", "Services", "web")]
    [InlineData("/services/web", "web", "Rollout")]
    [InlineData("/queues", "Queues", "research")]
    [InlineData("/nodes", "Nodes", "here")]
    [InlineData("/nodes/here", "here", "train.worker.0")]
    [InlineData("/tasks/train.worker.0", "train.worker.0", "step")]
    [InlineData("/tasks/broken.worker.0", "broken.worker.0", "Why it failed")]
    [InlineData("/energy", "Energy", "berlin")]
    [InlineData("/incidents", "Incidents", "There is no incident.")]
    [InlineData("/events", "Events", "train")]
    [InlineData("/simulations", "Simulations", "There are no reports yet.")]
    [InlineData("/nowhere", "There is no such page", "overview")]
    public async Task Page_shows_what_there_is_without_a_complaint_of_the_browser(string path, string heading, string text)
    {
        await using var context = await browser.NewContextAsync();
        var complaints = new List<string>();
        context.Console += (_, message) =>
        {
            if (message.Type is "error" && !(path == "/nowhere" && message.Text.Contains("404", StringComparison.Ordinal)))
            {
                complaints.Add(message.Text);
            }
        };
        context.WebError += (_, error) => complaints.Add(error.Error);

        var page = await hall.OpenAsync(context, path);

        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync(heading);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(text, new() { Timeout = 30_000 });
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Page_that_does_not_exist_answers_404()
    {
        await using var context = await browser.NewContextAsync();
        var page = await hall.OpenAsync(context, "/jobs");

        var answer = await page.GotoAsync((await hall.ServerAsync()).Url + "/nowhere");

        Assert.Equal(404, answer!.Status);
    }

    [Fact]
    public async Task Deep_link_shows_the_filtered_table_and_the_filter_stands_in_the_address()
    {
        await using var context = await browser.NewContextAsync();

        var page = await hall.OpenAsync(context, "/jobs?q=queue:research&sort=-name");

        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("th[aria-sort=descending]")).ToContainTextAsync("Name");
        await page.FillAsync("input[type=search]", "phase:failed");
        await Assertions.Expect(page.Locator("tbody")).ToContainTextAsync("broken");
        await page.WaitForURLAsync("**/jobs?q=phase%3Afailed*");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Language_and_theme_are_kept()
    {
        await using var context = await browser.NewContextAsync();
        var page = await hall.OpenAsync(context, "/nodes");

        await page.ClickAsync("[data-language='zh-CN']");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("节点");
        await ConsoleServer.ReadyAsync(page);
        await page.ClickAsync("[data-theme-switch]");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.GotoAsync((await hall.ServerAsync()).Url + "/jobs");

        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "zh-CN");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("作业");
    }

    [Fact]
    public async Task Keyboard_alone_reaches_the_content_and_the_pages()
    {
        await using var context = await browser.NewContextAsync();
        var page = await hall.OpenAsync(context, "/nodes");

        await page.EvaluateAsync("() => { document.body.tabIndex = -1; document.body.focus(); }");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator("a.skip")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Locator("#main")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Phone_has_a_menu_and_nothing_wider_than_the_screen()
    {
        await using var context = await browser.NewContextAsync(static options => options.ViewportSize = new() { Width = 360, Height = 740 });
        var page = await hall.OpenAsync(context, "/nodes");

        var width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        await page.ClickAsync("details.menu summary");
        await page.ClickAsync("details.menu a[href='/jobs']");

        Assert.InRange(width, 1, 360);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Jobs");
    }

    [Fact]
    public async Task Hostile_output_and_commands_are_text_and_a_line_of_10_MB_is_cut()
    {
        await using var context = await browser.NewContextAsync();
        var page = await hall.OpenAsync(context, "/tasks/hostile.worker.0");

        await Assertions.Expect(page.Locator(".log")).ToContainTextAsync("last", new() { Timeout = 60_000 });

        var log = await page.Locator(".log").InnerTextAsync();
        Assert.Contains("<script>document.title=1</script><img src=x onerror=document.title=2>", log, StringComparison.Ordinal);
        Assert.Contains("red after", log, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', log);
        Assert.DoesNotContain('\u202e', log);
        Assert.InRange(log.Length, 1, 20_000);
        Assert.Contains("hostile.worker.0", await page.TitleAsync(), StringComparison.Ordinal);
        await Assertions.Expect(page.Locator("dl.facts")).ToContainTextAsync("<script>document.title=1</script>");
    }
}
