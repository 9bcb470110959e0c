using System.Runtime.CompilerServices;
using Datahall.Console.Tests.Browsing;
using Datahall.Monitoring.Series;
using Microsoft.Extensions.DependencyInjection;
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
        await fleet.PostReadingsAsync(server, seed: 1);
        PastHour(server.Server.Services.GetRequiredService<SeriesStore>(), new Random(1));

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
                if (path.StartsWith("/nodes/", StringComparison.Ordinal))
                {
                    await page.Locator(".charts").ScrollIntoViewIfNeededAsync();
                }

                await page.ScreenshotAsync(new() { Path = Path.Combine(Images(), $"{file}{(theme == "dark" ? "-dark" : "")}{(language == "en" ? "" : $"-{language}")}.png") });
            }
        }
    }

    // What an hour of such a hall would have left: a slow wave, and noise.
    private static void PastHour(SeriesStore store, Random random)
    {
        var node = new Dictionary<string, string> { ["hall"] = "north", ["node"] = "gpu-b3-02", ["rack"] = "B3", ["site"] = "berlin" };
        var site = new Dictionary<string, string> { ["site"] = "berlin" };
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 15_000 * 15_000;
        for (var at = now - 3_600_000; at < now; at += 15_000)
        {
            var load = 0.6 + (0.25 * Math.Sin((at - now) / 900_000.0)) + (0.03 * random.NextDouble());
            store.Append("datahall_node_cpu_used_cpus", node, at, 40 * load);
            store.Append("datahall_node_power_watts", node, at, 1_500 + (4_500 * load));
            store.Append("node_hwmon_temp_celsius", node, at, 38 + (22 * load));
            store.Append("datahall_site_power_watts", site, at, 1_100_000 + (600_000 * load));
            store.Append("datahall_site_pue", site, at, 1.58 - (0.08 * load));
            store.Append("datahall_tasks", new Dictionary<string, string> { ["state"] = "running" }, at, Math.Round(700 + (100 * load)));
            store.Append("datahall_tasks", new Dictionary<string, string> { ["state"] = "pending" }, at, Math.Round(40 * random.NextDouble()));
            store.Append("datahall_nodes", new Dictionary<string, string> { ["state"] = "ready" }, at, 200);
            for (var gpu = 0; gpu < 8; gpu++)
            {
                store.Append("DCGM_FI_DEV_GPU_UTIL", new Dictionary<string, string>(node) { ["gpu"] = $"{gpu}" }, at, Math.Round(100 * Math.Min(1, load + (0.1 * random.NextDouble()))));
            }
        }
    }

    private static string Images([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../docs/images"));
}
