using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Datahall.Cli.Tests.Bench;

/// <summary>What is sent, and every way in which a response can come.</summary>
public sealed class BenchRequestsTests
{
    [Theory]
    [InlineData(HttpProtocols.Http1, false)]
    [InlineData(HttpProtocols.Http1, true)]
    [InlineData(HttpProtocols.Http2, false)]
    [InlineData(HttpProtocols.Http2, true)]
    public async Task Http_sends_body_headers_and_method(HttpProtocols protocols, bool tls)
    {
        var seen = new ConcurrentBag<string>();
        await using var server = await BenchServer.StartAsync(
            async (context, _) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                seen.Add($"{context.Request.Protocol} {context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.ContentType} {context.Request.Headers["X-A"]} {await reader.ReadToEndAsync()}");
            },
            protocols,
            tls);

        var run = await BenchRun.OfAsync(
        [
            $"{server.Url}/a?b=c", "--rate", "50", "--duration", "200ms", "--body", "hello", "--method", "put",
            "--header", "Content-Type: text/x", "--header", "X-A: 1",
            .. protocols is HttpProtocols.Http2 ? (string[])["--http2"] : [],
            .. tls ? (string[])["--insecure"] : [],
        ]);

        Assert.Equal((0, 10), (run.Run.Exit, run.Count("responses")));
        Assert.Equal(10, seen.Count);
        Assert.Equal($"HTTP/{(protocols is HttpProtocols.Http2 ? "2" : "1.1")} PUT /a?b=c text/x 1 hello", Assert.Single(seen.Distinct()));
    }

    [Fact]
    public async Task Http_refuses_a_certificate_that_nobody_vouches_for()
    {
        await using var server = await BenchServer.StartAsync(static (_, _) => Task.CompletedTask, tls: true);

        var run = await BenchRun.OfAsync(server.Url, "--rate", "50", "--duration", "100ms");

        Assert.Equal((1, 5), (run.Run.Exit, run.Error("connect")));
    }

    [Fact]
    public async Task Http_sends_a_file()
    {
        using var directory = new TestDirectory();
        var text = string.Concat(Enumerable.Repeat("0123456789", 30_000)); // More than the buffers of a socket's two ends hold at first.
        var lengths = new ConcurrentBag<int>();
        await using var server = await BenchServer.StartAsync(async (context, _) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            lengths.Add((await reader.ReadToEndAsync()).Length);
            await context.Response.WriteAsync(context.Request.Method);
        });

        var run = await BenchRun.OfAsync(server.Url, "--rate", "20", "--duration", "200ms", "--body-file", directory.Write("body", text));

        Assert.Equal(4, run.Count("responses"));
        Assert.Equal([300_000, 300_000, 300_000, 300_000], lengths);
    }

    [Fact]
    public async Task Http_asks_urls_by_weight()
    {
        var paths = new ConcurrentBag<string>();
        await using var server = await BenchServer.StartAsync((context, _) =>
        {
            paths.Add(context.Request.Path);
            return Task.CompletedTask;
        });

        await BenchRun.OfAsync($"{server.Url}/a", $"{server.Url}/b", "--weights", "3,1", "--rate", "100", "--duration", "200ms");

        Assert.Equal((15, 5), (paths.Count(static path => path == "/a"), paths.Count(static path => path == "/b")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Http_reads_large_bodies_of_any_framing(bool chunked)
    {
        var body = Encoding.ASCII.GetBytes(new string('x', 200_000));
        await using var server = await BenchServer.StartAsync(async (context, _) =>
        {
            context.Response.ContentLength = chunked ? null : body.Length;
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        });

        var run = await BenchRun.OfAsync(server.Url, "--rate", "50", "--duration", "200ms");

        Assert.Equal((10, 0), (run.Count("responses"), run.Count("failed")));
        Assert.InRange(run.Report.GetProperty("bytesPerSecond").GetDouble(), 10 * 200_000 / 0.2, 10 * 201_000 / 0.2);
    }

    [Fact]
    public async Task Http_opens_a_new_connection_when_the_server_closes()
    {
        await using var server = await BenchServer.StartAsync(static (context, _) =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });

        var run = await BenchRun.OfAsync(server.Url, "--rate", "100", "--duration", "200ms");

        Assert.Equal((20, 0), (run.Count("responses"), run.Count("failed")));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Http_times_the_events_of_a_stream(HttpProtocols protocols)
    {
        await using var server = await BenchServer.StartAsync(
            static async (context, _) =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync(": begins\n\n", context.RequestAborted);
                for (var i = 0; i < 3; i++)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, context.RequestAborted);
                    await context.Response.WriteAsync("data: x\n\n", context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                }
            },
            protocols);

        var run = await BenchRun.OfAsync([server.Url, "--stream", "--rate", "20", "--duration", "200ms", .. protocols is HttpProtocols.Http2 ? (string[])["--http2"] : []]);

        long Count(string name) => run.Report.GetProperty(name).GetProperty("count").GetInt64();
        Assert.Equal((4, 4, 4, 8), (run.Count("responses"), Count("firstByteMilliseconds"), Count("firstEventMilliseconds"), Count("eventGapMilliseconds")));
        Assert.InRange(run.Time("firstEventMilliseconds", "p50"), 28, 5000);
        Assert.InRange(run.Time("latencyMilliseconds", "p50"), 85, 5000);
        Assert.InRange(run.Time("latencyMilliseconds", "max"), run.Time("firstEventMilliseconds", "max"), 10_000);
    }
}
