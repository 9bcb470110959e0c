using System.Collections.Concurrent;
using System.Text.Json;
using Datahall.Server.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Datahall.Server.Tests.Alerts;

public sealed class IncidentNotifierTests
{
    [Fact]
    public async Task An_incident_that_the_receiver_refuses_does_not_hold_back_those_after_it()
    {
        var told = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var receiver = builder.Build();
        receiver.Run(async context =>
        {
            using var incident = await JsonDocument.ParseAsync(context.Request.Body);
            var title = incident.RootElement.GetProperty("status").GetProperty("title").GetString()!;
            told.Enqueue(title);
            context.Response.StatusCode = title is "first" ? StatusCodes.Status400BadRequest : StatusCodes.Status204NoContent;
        });
        await receiver.StartAsync(RunningServer.Cancelled);
        await using var server = await AlertTests.StartAsync(options => options with { NotifyUrl = new($"{receiver.Urls.First()}/secret") });

        await FireAsync("first");
        await AlertTests.UntilAsync(() => Task.FromResult(told.Contains("first") ? true : (bool?)null), "the first incident was not posted");
        await FireAsync("second");

        await AlertTests.UntilAsync(() => Task.FromResult(told.Contains("second") ? true : (bool?)null), "the second incident was not posted");
        Assert.Equal(["first", "second"], told);

        Task FireAsync(string name) => server.PostAsync("/api/v1/alertmanager/webhook", $$$"""{"version":"4","alerts":[{"status":"firing","labels":{"alertname":"{{{name}}}"}}]}""");
    }
}
