using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Datahall.Cli.Tests;

/// <summary>Answers as the REST API does, with what a test says; remembers what it was asked.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    public const string Token = "the-token";

    private readonly WebApplication app;
    private readonly Dictionary<string, Func<HttpContext, Task>> routes = [];

    private FakeServer(WebApplication app) => this.app = app;

    public string Url => this.app.Urls.First();

    /// <summary>Every request, as <c>METHOD /path?query body</c>.</summary>
    public List<string> Requests { get; } = [];

    public static async Task<FakeServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new FakeServer(builder.Build());
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Answers <c>METHOD /path</c> with a JSON body.</summary>
    public FakeServer On(string route, string json, int status = 200) => On(route, context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        return context.Response.WriteAsync(json);
    });

    public FakeServer On(string route, Func<HttpContext, Task> answer)
    {
        routes[route] = answer;
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync(); // Streams that are still open end at once.
        await this.app.StopAsync(now.Token);
        await this.app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        lock (Requests)
        {
            Requests.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body}".TrimEnd());
        }

        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            context.Response.StatusCode = 401;
            return;
        }

        if (routes.TryGetValue($"{context.Request.Method} {context.Request.Path}", out var answer))
        {
            await answer(context);
            return;
        }

        context.Response.StatusCode = 404;
        context.Response.ContentType = "application/problem+json";
        await context.Response.WriteAsync($$"""{"title":"Not Found","status":404,"detail":"there is no {{context.Request.Path}}"}""");
    }
}
