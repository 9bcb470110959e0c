using System.Runtime.CompilerServices;
using Datahall.Console.Tests.Browsing;
using Microsoft.Playwright;

namespace Datahall.Console.Tests.Scale;

/// <summary>Draws the pictures of the documents, when it is asked to: DATAHALL_SCREENSHOTS=1.</summary>
public sealed class Screenshots(Browser browser)
{
    private static readonly (string Path, string File)[] Pages =
    [
        ("/", "console-overview"), ("/hall?by=temperature", "console-hall"), ("/hall?by=owner", "console-hall-owner"), ("/jobs/pretrain", "console-job"), ("/nodes", "console-nodes"),
        ("/nodes/gpu-b3-02", "console-node"), ("/energy", "console-energy"), ("/incidents/inc-1", "console-incident"),
    ];

    [Fact]
    public async Task Pictures_of_the_main_pages()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("DATAHALL_SCREENSHOTS") is null, "writes docs/images: set DATAHALL_SCREENSHOTS=1");
        var fleet = new SimulatedFleet(Racks: 20, NodesInRack: 10, TasksOnNode: 4);
        await using var server = await ConsoleServer.StartAsync(options => fleet.Options(options) with { Console = new() { ReadingInterval = TimeSpan.FromSeconds(1) } });
        for (var seed = 0; seed < 12; seed++)
        {
            await fleet.PostReadingsAsync(server, seed);
        }

        foreach (var (theme, language) in new[] { ("light", "en"), ("dark", "en"), ("light", "zh-CN") })
        {
            await using var context = await browser.NewContextAsync(static options => options.ViewportSize = new() { Width = 1280, Height = 800 });
            await context.AddCookiesAsync([new() { Name = "datahall.theme", Value = theme, Url = server.Url }, new() { Name = "datahall.language", Value = language, Url = server.Url }]);
            var page = await server.OpenAsync(context, "/");
            foreach (var (path, file) in language == "en" ? Pages : Pages[..1])
            {
                await fleet.PostReadingsAsync(server, seed: 42);
                await page.GotoAsync(server.Url + path);
                await ConsoleServer.ReadyAsync(page);
                await Assertions.Expect(page.Locator("h1")).ToBeVisibleAsync();
                await page.ScreenshotAsync(new() { Path = Path.Combine(Images(), $"{file}{(theme == "dark" ? "-dark" : "")}{(language == "en" ? "" : $"-{language}")}.png") });
            }
        }
    }

    private static string Images([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../docs/images"));
}
