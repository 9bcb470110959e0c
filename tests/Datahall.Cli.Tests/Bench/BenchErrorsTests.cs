using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Datahall.Cli.Tests.Bench;

/// <summary>Every way to fail is counted as what it is, and the counts add up.</summary>
public sealed class BenchErrorsTests
{
    [Theory]
    [InlineData(HttpProtocols.Http1, "--rate", "200")]
    [InlineData(HttpProtocols.Http1, "--connections", "4")]
    [InlineData(HttpProtocols.Http2, "--rate", "200", "--http2")]
    [InlineData(HttpProtocols.Http2, "--connections", "4", "--http2")]
    public async Task Http_counts_each_request_once(HttpProtocols protocols, params string[] options)
    {
        await using var server = await BenchServer.StartAsync(
            static (context, number) => (number % 4) switch
            {
                0 => Status(context, 503),
                1 => Status(context, 404),
                2 => Reset(context),
                _ => context.Response.WriteAsync("hello"),
            },
            protocols);

        var run = await BenchRun.OfAsync([server.Url, "--duration", "500ms", .. options]);

        var requests = run.Count("requests");
        Assert.Equal(server.Requests, requests);
        Assert.Equal((requests + 3) / 4, run.Error("status4xx"));
        Assert.Equal(requests / 4, run.Error("status5xx"));
        Assert.Equal((requests + 2) / 4, run.Error("reset"));
        Assert.Equal(requests - run.Error("reset"), run.Count("responses"));
        Assert.Equal(run.Error("status4xx") + run.Error("status5xx") + run.Error("reset"), run.Count("failed"));
        Assert.Equal((0, 0, 0, 0), (run.Error("connect"), run.Error("timeout"), run.Error("protocol"), run.Error("notStarted")));
    }

    [Fact]
    public async Task Http_sends_an_open_loop_as_planned()
    {
        await using var server = await BenchServer.StartAsync(static (_, _) => Task.CompletedTask);

        var run = await BenchRun.OfAsync(server.Url, "--rate", "300", "--duration", "1s");

        Assert.Equal((0, 300, 300), (run.Run.Exit, run.Count("requests"), run.Count("responses")));
        Assert.Equal(300, server.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("--http2")]
    public async Task Http_fails_when_nobody_listens(string? http2)
    {
        var run = await BenchRun.OfAsync([$"http://127.0.0.1:{BenchServer.ClosedPort()}/", "--rate", "50", "--duration", "200ms", .. http2 is null ? (string[])[] : [http2]]);

        Assert.Equal(1, run.Run.Exit);
        Assert.Equal((10, 10), (run.Error("connect"), run.Count("failed")));
        Assert.Contains("no request of 10 had a response; check the URL, and whether the server runs", run.Run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Http_counts_time_outs_and_how_long_they_waited(HttpProtocols protocols)
    {
        await using var server = await BenchServer.StartAsync(static (context, number) => number % 2 == 0 ? Hang(context) : Task.CompletedTask, protocols);

        var run = await BenchRun.OfAsync([server.Url, "--rate", "20", "--duration", "500ms", "--timeout", "300ms", .. protocols is HttpProtocols.Http2 ? (string[])["--http2"] : []]);

        Assert.Equal((10, 5, 5), (run.Count("requests"), run.Error("timeout"), run.Count("responses")));
        Assert.InRange(run.Time("latencyMilliseconds", "p90"), 299, 10_000);
    }

    [Fact]
    public async Task Http_counts_what_could_not_be_started()
    {
        await using var server = await BenchServer.StartAsync(static (context, _) => Hang(context));

        var run = await BenchRun.OfAsync(server.Url, "--rate", "5000", "--connections", "2", "--duration", "200ms", "--timeout", "300ms");

        // The two connections are free again at most once in 10 ms, when time-outs are looked for.
        Assert.Equal(1000, run.Count("requests"));
        Assert.Equal(1000, run.Error("timeout") + run.Error("notStarted"));
        Assert.InRange(run.Error("notStarted"), 1, 998);
        Assert.Equal(1000, run.Report.GetProperty("latencyMilliseconds").GetProperty("count").GetInt64());
        Assert.Contains("waited for one of the 2 connections", run.Run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", "protocol")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "reset")]
    [InlineData("", "reset")]
    public async Task Http_tells_a_cut_response_from_nonsense(string answer, string kind)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = AnswerAsync(listener, answer);

        var run = await BenchRun.OfAsync($"http://{listener.LocalEndpoint}/", "--rate", "50", "--duration", "200ms");

        listener.Stop();
        await serving;
        Assert.Equal((10, 10), (run.Error(kind), run.Count("failed")));
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task Reset(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static Task Hang(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        context.RequestAborted.Register(gone.SetResult);
        return gone.Task;
    }

    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
                await connection.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);
                await connection.SendAsync(Encoding.Latin1.GetBytes(answer), TestContext.Current.CancellationToken);
                connection.Shutdown(SocketShutdown.Send);
            }
        }
        catch (SocketException)
        {
            // The test has ended.
        }
    }
}
