using System.Text;
using Datahall.Control.Agents;
using Datahall.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Datahall.Fleet.Tests;

public sealed class HttpControlPlaneTests
{
    [Fact]
    public async Task Calls_carry_the_token_and_the_messages()
    {
        string? seen = null;
        await using var server = await Serve(app => app.MapPost("/agent/v1/report", async (HttpContext context) =>
        {
            seen = context.Request.Headers.Authorization;
            using var reader = new StreamReader(context.Request.Body);
            var report = AgentJson.Read<NodeReport>(Encoding.UTF8.GetBytes(await reader.ReadToEndAsync()));
            return Results.Bytes(AgentJson.Write(new ReportAnswer(report.Sequence, true)), "application/json");
        }));
        using var control = Connect(server);

        var answer = await Eventually.Ends("report", control.ReportAsync(new() { Node = "n", Session = "s", Sequence = 5 }, Token));

        Assert.Equal(new ReportAnswer(5, true), answer);
        Assert.Equal("Bearer secret", seen);
    }

    [Fact]
    public async Task OrdersAsync_reads_the_stream_and_skips_what_it_does_not_know()
    {
        await using var server = await Serve(app => app.MapGet("/agent/v1/nodes/{node}/orders", async (string node, string session, HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            var desired = Encoding.UTF8.GetString(AgentJson.Write(new DesiredTasks { Node = node, Session = session, Revision = 7 }));
            var log = Encoding.UTF8.GetString(AgentJson.Write(new LogRequest("r", "t", 0, "all", 10, true)));
            await context.Response.WriteAsync($": hello\n\nevent: desired\ndata: {desired}\n\nevent: new\ndata: x\n\nevent: log\ndata: {log}\n\n");
        }));
        using var control = Connect(server);

        var orders = await Eventually.Ends("stream of orders", control.OrdersAsync("n 1", "s&1", Token).ToListAsync(Token).AsTask());

        Assert.Equal(("n 1", "s&1", 7L), (orders[0].Desired!.Node, orders[0].Desired!.Session, orders[0].Desired!.Revision));
        Assert.Equal(new LogRequest("r", "t", 0, "all", 10, true), orders[1].Log);
        Assert.Equal(2, orders.Count);
    }

    [Theory]
    [InlineData(401, ControlPlaneFailure.Refused, "the join token is not right")]
    [InlineData(422, ControlPlaneFailure.Refused, "another store")]
    [InlineData(503, ControlPlaneFailure.Unavailable, "another store")]
    public async Task RegisterAsync_tells_a_refusal_from_a_bad_moment(int status, ControlPlaneFailure failure, string message)
    {
        await using var server = await Serve(app => app.MapPost("/agent/v1/register", () => Results.Problem("another store", statusCode: status)));
        using var control = Connect(server);

        var thrown = await Assert.ThrowsAsync<ControlPlaneException>(() => control.RegisterAsync(new()
        {
            Node = "n",
            Session = "s",
            Address = "127.0.0.1",
            Capacity = new NodeCapacity(),
        }, Token));

        Assert.Equal(failure, thrown.Failure);
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_to_nobody_are_unavailable()
    {
        using var control = new HttpControlPlane(new("http://127.0.0.1:1"), "secret", TimeProvider.System);

        var thrown = await Assert.ThrowsAsync<ControlPlaneException>(() => Eventually.Ends("call to nobody", control.LeaveAsync("n", "s", LeaveReason.End, Token)));

        Assert.Equal(ControlPlaneFailure.Unavailable, thrown.Failure);
    }

    [Fact]
    public async Task SendLogAsync_streams_the_bytes()
    {
        var received = new TaskCompletionSource<string>();
        await using var server = await Serve(app => app.MapPost("/agent/v1/logs/{id}", async (string id, HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            received.SetResult($"{id}: {await reader.ReadToEndAsync()}");
        }));
        using var control = Connect(server);

        await Eventually.Ends("sending of the log", control.SendLogAsync("r1", new MemoryStream("hello"u8.ToArray()), Token));

        Assert.Equal("r1: hello", await Eventually.Ends("log at the server", received.Task));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static HttpControlPlane Connect(WebApplication server) => new(new(server.Urls.First()), "secret", TimeProvider.System);

    private static async Task<WebApplication> Serve(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        map(app);
        await app.StartAsync(Token);
        return app;
    }
}
