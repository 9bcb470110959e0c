using Datahall.Cli.Bench;
using Datahall.Cli.Bench.Load;
using Microsoft.AspNetCore.Http;

namespace Datahall.Cli.Tests.Bench;

public sealed class BenchCommandTests
{
    [Theory]
    [InlineData("localhost:8080", "'localhost:8080' is no URL of http or https; write it as http://HOST:PORT/PATH")]
    [InlineData("ftp://a/", "'ftp://a/' is no URL of http or https")]
    [InlineData("http://a/ --rate 0", "--rate is 0; it must be above 0 and at most 1000000")]
    [InlineData("http://a/ --connections 0", "--connections is 0; it must be 1 to 60000")]
    [InlineData("http://a/ --duration 10", "--duration: '10' is not a time of 1ms to 1d; write it as 500ms, 30s, 5m, 1h30m or 7d")]
    [InlineData("http://a/ --duration 0", "--duration: '0' is not a time of 1ms to 1d")]
    [InlineData("http://a/ --timeout never", "--timeout: 'never' is not a time")]
    [InlineData("http://a/ --arrivals poison", "--arrivals: 'poison' is no way to spread requests (did you mean 'poisson'?); there are constant, poisson")]
    [InlineData("http://a/ --weights 1,2", "--weights has 2 numbers for 1 URLs; give one for each")]
    [InlineData("http://a/ --weights x", "--weights: 'x' must be whole numbers from 1")]
    [InlineData("http://a/ --weights 2000000000,2000000000", "together at most 100000")]
    [InlineData("http://a/ --header nonsense", "--header: 'nonsense' is no header field; write it as 'Name: value'")]
    [InlineData("http://a/ --header Content-Length:5", "--header: Content-Length follows from the body and the connection; leave it out")]
    [InlineData("http://a/ --method G(T", "--method: 'G(T' is no method of HTTP")]
    [InlineData("http://a/ --body-file /nowhere/at-all", "--body-file: /nowhere/at-all cannot be read")]
    [InlineData("http://a/ --body x --body-file y", "--body and --body-file are both given; a request has one body")]
    [InlineData("http://a/ --fail-above-p99 fast", "--fail-above-p99: 'fast' is not a time of at least 1ms")]
    [InlineData("http://a/ --fail-above-errors 0.1", "--fail-above-errors: '0.1' is not a share of 0% to 100%; write it as 0.1%")]
    [InlineData("http://a/ --fail-above-errors 101%", "--fail-above-errors: '101%' is not a share")]
    public async Task Http_refuses_what_it_cannot_use(string arguments, string message)
    {
        var run = await CliRun.OfAsync(["bench", "http", .. arguments.Split(' ')]);

        Assert.Equal((2, ""), (run.Exit, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--fail-above-p99 10ms", 1, "above 10ms (--fail-above-p99)")]
    [InlineData("--fail-above-p99 1m", 0, "")]
    [InlineData("--fail-above-errors 40%", 1, "50 % of the requests failed, above 40 % (--fail-above-errors)")]
    [InlineData("--fail-above-errors 50%", 0, "")]
    [InlineData("--fail-above-errors 0% --fail-above-p99 10ms", 1, "; 50 % of the requests failed, above 0 %")]
    public async Task Http_judges_by_exit_code(string arguments, int exit, string message)
    {
        await using var server = await BenchServer.StartAsync(static (context, number) =>
        {
            context.Response.StatusCode = number % 2 == 0 ? 500 : 200;
            return Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, context.RequestAborted);
        });

        var run = await BenchRun.OfAsync([server.Url, "--rate", "50", "--duration", "200ms", .. arguments.Split(' ')]);

        Assert.Equal(exit, run.Run.Exit);
        Assert.Contains(message, run.Run.Error, StringComparison.Ordinal);
        Assert.Equal(10, run.Count("requests")); // The report is there in any case.
    }

    [Fact]
    public async Task Http_writes_a_table_and_a_histogram()
    {
        using var directory = new TestDirectory();
        var file = Path.Combine(directory.Path, "out.hgrm");
        await using var server = await BenchServer.StartAsync(static (context, _) => context.Response.WriteAsync("hello"));

        var run = await CliRun.OfAsync("bench", "http", server.Url, "--rate", "50", "--arrivals", "poisson", "--seed", "3", "--duration", "400ms", "--warm-up", "100ms", "--histogram", file);

        Assert.Equal(0, run.Exit);
        Assert.StartsWith("open loop, 50 requests/s, poisson arrivals, 0.4 s, ", run.Out, StringComparison.Ordinal);
        Assert.Contains("failed                         0 (0 %)\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("MILLISECONDS      P50", run.Out, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("Percentile TotalCount 1/(1-Percentile)", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("#[Max", lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_says_when_the_histogram_has_no_place()
    {
        await using var server = await BenchServer.StartAsync(static (_, _) => Task.CompletedTask);

        var run = await BenchRun.OfAsync(server.Url, "--rate", "50", "--duration", "100ms", "--histogram", "/nowhere/at/all.hgrm");

        Assert.Equal(1, run.Run.Exit);
        Assert.Contains("--histogram: /nowhere/at/all.hgrm cannot be written", run.Run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_does_not_count_the_warm_up()
    {
        await using var server = await BenchServer.StartAsync(static (_, _) => Task.CompletedTask);

        var run = await BenchRun.OfAsync(server.Url, "--rate", "100", "--duration", "200ms", "--warm-up", "300ms");

        Assert.Equal((50, 20), (server.Requests, run.Count("requests")));
    }

    [Fact]
    public async Task Http_reports_when_it_is_interrupted()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter();
        using var interrupt = new CancellationTokenSource();
        await using var server = await BenchServer.StartAsync((_, number) => number == 20 ? interrupt.CancelAsync() : Task.CompletedTask);

        var run = await CliRun.OfAsync(output, error, interrupt.Token, "bench", "http", server.Url, "--rate", "100", "--duration", "1h", "--warm-up", "0");

        Assert.Equal(130, run.Exit);
        Assert.Contains("open loop, 100 requests/s", run.Out, StringComparison.Ordinal);
        Assert.InRange(server.Requests, 20, 3600);
    }

    [Fact]
    public void ProgressLine_tells_how_it_stands()
    {
        var plan = new LoadPlan { Connections = 1, WarmUp = TimeSpan.FromSeconds(2), Duration = TimeSpan.FromSeconds(10), Timeout = TimeSpan.FromSeconds(1), Weights = [1], Open = static () => throw new NotSupportedException() };
        var counts = new Recorder();
        for (var i = 0; i < 30; i++)
        {
            counts.Ended(new(Outcome.Response, 200, 10), Window.Ticks(0.005));
        }

        Assert.Equal("warm-up 1/2 s", ProgressLine.Text(plan, 1, counts));
        Assert.StartsWith("3/10 s  30 responses  10/s  p99 5", ProgressLine.Text(plan, 5, counts), StringComparison.Ordinal);
    }
}
