using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ModelProgram;

if (args is not [] and not ["--delay", _])
{
    Console.Error.WriteLine("model-program: use 'model-program [--delay MILLISECONDS]'; it listens on $PORT");
    return 2;
}

var delay = TimeSpan.FromMilliseconds(args is [_, var text] ? double.Parse(text, CultureInfo.InvariantCulture) : 0);
var builder = WebApplication.CreateEmptyBuilder(new());
builder.WebHost.UseKestrelCore();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    var port = int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "8080", CultureInfo.InvariantCulture);
    kestrel.Listen(IPAddress.Any, port, static listener => listener.Protocols = HttpProtocols.Http1);
});
var app = builder.Build();
app.Use(async (context, next) =>
{
    // What a real model would take to think.
    if (delay > TimeSpan.Zero && context.Request.Path != "/health")
    {
        await Task.Delay(delay, TimeProvider.System, context.RequestAborted);
    }

    context.Response.Headers["x-replica"] = Environment.GetEnvironmentVariable("DATAHALL_TASK") ?? Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
    await next(context);
});
app.Run(static context => context.Request.Path.Value switch
{
    "/health" or "/v2/health/ready" or "/v2/health/live" => context.Response.WriteAsync("", context.RequestAborted),
    "/work" => Work.AnswerAsync(context),
    "/stream" => Work.StreamAsync(context),
    { } path when path.StartsWith("/v1/", StringComparison.Ordinal) => OpenAIApi.AnswerAsync(context),
    { } path when path.StartsWith("/v2", StringComparison.Ordinal) => InferenceApi.AnswerAsync(context),
    _ => Answers.NotFoundAsync(context),
});
await app.RunAsync();
return 0;
