using Datahall.Console.Tests.Browsing;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Browser))]

namespace Datahall.Console.Tests.Browsing;

/// <summary>Debian's chromium, started once for all tests; each test has a context of its own.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Executable = "/usr/bin/chromium";
    private const float Patience = 60_000; // In milliseconds: other tests use the same processors.
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Executable))
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(Patience);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    /// <summary>A browser without cookies.</summary>
    public async Task<IBrowserContext> NewContextAsync(Action<BrowserNewContextOptions>? change = null)
    {
        Assert.SkipWhen(browser is null, $"{Executable} is not installed: apt-get install chromium");
        var options = new BrowserNewContextOptions { Locale = "en-GB", TimezoneId = "Europe/Berlin", ViewportSize = new() { Width = 1280, Height = 900 } };
        change?.Invoke(options);
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }
}
