using System.Net;
using System.Text.Json;
using Datahall.Control.Agents;
using Datahall.Fleet;
using Datahall.Model;

namespace Datahall.Server.Tests.Hosting;

/// <summary>An agent that a test plays, over HTTP with the join token.</summary>
internal sealed class FakeAgent(RunningServer server, string node, string session = "s1") : IDisposable
{
    private long sequence;

    public HttpClient Http { get; } = server.ClientWith(server.Server.JoinToken);

    /// <summary>The same control plane as a real agent sees it.</summary>
    public HttpControlPlane ControlPlane { get; } = new(server.Server.Url, server.Server.JoinToken, TimeProvider.System);

    public async Task<RegistrationAnswer> RegisterAsync(params Device[] devices) => AgentJson.Read<RegistrationAnswer>(await PostAsync("register", new Registration
    {
        Node = node,
        Session = session,
        Address = "127.0.0.1",
        Capacity = new() { Cpu = new(8_000), Memory = new(8L << 30), Disk = new(100L << 30), Devices = devices },
        Labels = new Dictionary<string, string> { ["zone"] = "a" },
    }));

    public async Task<ReportAnswer> ReportAsync(long appliedRevision, params AttemptReport[] tasks) =>
        AgentJson.Read<ReportAnswer>(await PostAsync("report", new NodeReport
        {
            Node = node,
            Session = session,
            Sequence = ++sequence,
            AppliedRevision = appliedRevision,
            Tasks = tasks,
        }));

    public Task<SseReader> OrdersAsync() => SseReader.OpenAsync(Http, $"/agent/v1/nodes/{node}/orders?session={session}");

    /// <summary>Waits for the next set of desired tasks that has so many tasks.</summary>
    public static async Task<DesiredTasks> DesiredAsync(SseReader orders, int tasks)
    {
        while (true)
        {
            var (name, _, data) = await orders.NextAsync();
            if (name == "desired" && data.Deserialize<DesiredTasks>(AgentJson.Options) is { } desired && desired.Tasks.Count == tasks)
            {
                return desired;
            }
        }
    }

    public async Task<byte[]> PostAsync<T>(string call, T message, HttpStatusCode? expected = null)
    {
        using var content = new ByteArrayContent(AgentJson.Write(message));
        content.Headers.ContentType = new("application/json");
        using var response = await Http.PostAsync($"/agent/v1/{call}", content, RunningServer.Cancelled);
        var body = await response.Content.ReadAsByteArrayAsync(RunningServer.Cancelled);
        Assert.True(
            expected is null ? response.IsSuccessStatusCode : response.StatusCode == expected,
            $"{call} answered {response.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}");
        return body;
    }

    public void Dispose()
    {
        Http.Dispose();
        ControlPlane.Dispose();
    }
}
