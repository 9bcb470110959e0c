using System.Collections.Concurrent;
using System.Text;
using Datahall.Server.Metrics;
using Datahall.Server.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Datahall.Server.Tests.Metrics;

[Collection(nameof(OneServerAtATime))]
public sealed class OtlpTests
{
    [Fact]
    public async Task Instruments_are_sent_to_an_OTLP_receiver()
    {
        var received = new ConcurrentQueue<(string Path, string? Type, byte[] Body)>();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var receiver = builder.Build();
        receiver.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((context.Request.Path, context.Request.ContentType, body.ToArray()));
        });
        await receiver.StartAsync(RunningServer.Cancelled);

        await using (await RunningServer.StartAsync(options => options with { Metrics = new() { Otlp = new($"{receiver.Urls.First()}/v1/metrics") } }))
        {
        }

        Assert.NotEmpty(received); // What was not sent yet is sent when the server stops.
        Assert.All(received, static message => Assert.Equal(("/v1/metrics", "application/x-protobuf"), (message.Path, message.Type)));
        Assert.Contains(received, static message => Encoding.Latin1.GetString(message.Body).Contains("datahall.control.step.duration", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_listener_tells_metrics_and_nothing_else()
    {
        await using var listener = await MetricsListener.StartAsync(new("http://127.0.0.1:0"), RunningServer.Cancelled);
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{listener.Port}") };

        var metrics = await http.GetStringAsync("/metrics", RunningServer.Cancelled);
        var other = await http.GetAsync("/api/v1/nodes", RunningServer.Cancelled);
        var taken = await Assert.ThrowsAnyAsync<IOException>(() => MetricsListener.StartAsync(http.BaseAddress, RunningServer.Cancelled));
        var named = await Assert.ThrowsAsync<ArgumentException>(() => MetricsListener.StartAsync(new("https://example.org"), RunningServer.Cancelled));

        Assert.Contains("dotnet_gc_collections_total", metrics, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, other.StatusCode);
        Assert.Contains("address already in use", taken.Message, StringComparison.Ordinal);
        Assert.Equal("'https://example.org/' is not a URL to tell metrics on; write it like http://0.0.0.0:7081", named.Message);
    }
}
