using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Datahall.Console.Tests.Browsing;
using Microsoft.Playwright;

namespace Datahall.Console.Tests.Scale;

/// <summary>Measures the console on 2,000 nodes and 20,000 tasks; docs/benchmarks.md has the command and the figures.</summary>
public sealed class ScaleMeasurement(Browser browser)
{
    private const int Rounds = 5;
    private const int Consoles = 10;
    private const string Seen = """
        word => new Promise(resolve => {
            const look = () => { if (document.querySelector('tbody').innerText.includes(word)) { resolve(); } };
            new MutationObserver(look).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
            look();
        })
        """;

    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Console_of_2000_nodes_and_20000_tasks()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("DATAHALL_CONSOLE_SCALE") is null, "a measurement: set DATAHALL_CONSOLE_SCALE=1");
        await using var context = await browser.NewContextAsync();
        var fleet = new SimulatedFleet(Racks: 50, NodesInRack: 40, TasksOnNode: 10);
        await using var server = await ConsoleServer.StartAsync(fleet.Options);
        await fleet.PostReadingsAsync(server, seed: 1);
        var page = await server.OpenAsync(context, "/");
        foreach (var path in (string[])["/", "/nodes", "/jobs", "/jobs/pretrain", "/hall", "/events"])
        {
            await FirstPageAsync(page, server.Url + path, path);
        }

        await UpdatesAsync(server, page);
        await page.CloseAsync();
        await ProcessorAsync(server, context);
    }

    private static async Task FirstPageAsync(IPage page, string url, string path)
    {
        var (shown, live) = (new List<double>(), new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await page.GotoAsync(url, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
            shown.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await ConsoleServer.ReadyAsync(page);
            live.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        Tell($"{path}: shown after {Median(shown):0} ms (worst {shown.Max():0}), live after {Median(live):0} ms (worst {live.Max():0})");
    }

    // From the answer of the API, which comes after the commit, to the browser's picture of it.
    private static async Task UpdatesAsync(ConsoleServer server, IPage page)
    {
        await page.GotoAsync(server.Url + "/nodes?q=name:gpu-a1-00");
        await ConsoleServer.ReadyAsync(page);
        var latencies = new List<double>();
        for (var i = 0; i < Rounds * 4; i++)
        {
            var mode = i % 2 == 0 ? "cordoned" : "open";
            var seen = page.EvaluateAsync(Seen, mode);
            using var answer = await server.Http.PostAsJsonAsync("/api/v1/nodes/gpu-a1-00/mode", new { mode }, ConsoleServer.Cancelled);
            var started = Stopwatch.GetTimestamp();
            Assert.True(answer.IsSuccessStatusCode);
            await seen;
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        Tell($"update: {Median(latencies):0} ms (worst {latencies.Max():0})");
    }

    // The server runs in this process: its time is the process's, without the browser's. The compiler's own work comes first, and is not what stays.
    private static async Task ProcessorAsync(ConsoleServer server, IBrowserContext context)
    {
        for (var i = 0; i < Consoles; i++)
        {
            var page = await context.NewPageAsync();
            await page.GotoAsync(server.Url + (i % 2 == 0 ? "/nodes" : "/"));
            await ConsoleServer.ReadyAsync(page);
        }

        await UsedAsync(server, Warming);
        var open = await UsedAsync(server, Watched);
        foreach (var page in context.Pages.ToList())
        {
            await page.CloseAsync();
        }

        await UsedAsync(server, Watched);
        var without = await UsedAsync(server, Watched);
        Tell($"processor: {without:0.0} % of a core without a console, {open:0.0} % with {Consoles}, at five changes a second");
        Tell($"memory: {Environment.WorkingSet / 1048576} MiB");
    }

    private static async Task<double> UsedAsync(ConsoleServer server, TimeSpan length)
    {
        using var process = Process.GetCurrentProcess();
        var (before, started) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var i = 0; Stopwatch.GetElapsedTime(started) < length; i++)
        {
            await timer.WaitForNextTickAsync(ConsoleServer.Cancelled);
            using var answer = await server.Http.PostAsJsonAsync($"/api/v1/nodes/gpu-a1-{i % 40:00}/mode", new { mode = i / 40 % 2 == 0 ? "cordoned" : "open" }, ConsoleServer.Cancelled);
        }

        process.Refresh();
        return 100 * (process.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(started);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Tell(string line) => TestContext.Current.SendDiagnosticMessage(line.ToString(CultureInfo.InvariantCulture));
}
