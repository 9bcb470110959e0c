using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Datahall.Server.Hosting;
using Datahall.Server.Stores;

namespace Datahall.Server.Tests.Hosting;

/// <summary>A real server on a free port, with a directory and a SQLite store of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private RunningServer(DatahallServer server, string directory)
    {
        Server = server;
        Directory = directory;
        Http = ClientWith(server.AdminToken);
    }

    public DatahallServer Server { get; private set; }

    public string Directory { get; }

    public HttpClient Http { get; private set; }

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<RunningServer> StartAsync(Func<ServerOptions, ServerOptions>? change = null)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("datahall-server-").FullName;
        return new(await DatahallServer.StartAsync(Options(directory, change), Cancelled), directory);
    }

    /// <summary>A server whose store can be told to fail.</summary>
    public static async Task<(RunningServer Server, FailingStore Store)> StartWithFailingStoreAsync()
    {
        FailingStore? store = null;
        var running = await StartAsync(options => options with
        {
            OpenStore = async cancellationToken =>
                store = new FailingStore(await SqliteStore.OpenAsync(Path.Combine(options.DataDirectory, "datahall.db"), new(), cancellationToken)),
        });
        return (running, store!);
    }

    /// <summary>Stops the server and starts another one on the same data.</summary>
    public async Task RestartAsync(Func<ServerOptions, ServerOptions>? change = null)
    {
        Http.Dispose();
        await Server.StopAsync(StopMode.LeaveTasks, Cancelled);
        Server = await DatahallServer.StartAsync(Options(Directory, change), Cancelled);
        Http = ClientWith(Server.AdminToken);
    }

    public HttpClient ClientWith(string? token)
    {
        var client = new HttpClient { BaseAddress = Server.Url, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK) =>
        await ReadAsync(await Http.GetAsync(path, Cancelled), expected);

    public async Task<JsonElement> ApplyAsync(string manifest, HttpStatusCode expected = HttpStatusCode.OK, string query = "") =>
        await ApplyAsync(Encoding.UTF8.GetBytes(manifest), expected, query);

    public async Task<JsonElement> ApplyAsync(byte[] manifest, HttpStatusCode expected, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/apply{query}") { Content = new ByteArrayContent(manifest) };
        request.Content.Headers.ContentType = new("application/yaml");
        request.Headers.Add("X-Datahall-File", "test.yaml");
        request.Headers.ExpectContinue = true; // So that a refusal is read before the body is sent.
        return await ReadAsync(await Http.SendAsync(request, Cancelled), expected);
    }

    public async Task<JsonElement> PostAsync(string path, string? json, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        return await ReadAsync(await Http.PostAsync(path, content, Cancelled), expected);
    }

    public async Task<JsonElement> DeleteAsync(string path, HttpStatusCode expected = HttpStatusCode.OK) =>
        await ReadAsync(await Http.DeleteAsync(path, Cancelled), expected);

    /// <summary>Reads an answer of which the status is known; a problem must be a whole one.</summary>
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(Cancelled);
            Assert.True(response.StatusCode == expected, $"expected {expected}, got {response.StatusCode}: {body}");
            if (body.Length == 0)
            {
                return default;
            }

            var json = JsonElement.Parse(body);
            if ((int)expected >= 400)
            {
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
                Assert.Equal((int)expected, json.GetProperty("status").GetInt32());
                Assert.NotEmpty(json.GetProperty("detail").GetString()!);
                Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
            }

            return json;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static ServerOptions Options(string directory, Func<ServerOptions, ServerOptions>? change)
    {
        var options = new ServerOptions { DataDirectory = directory, Listen = "http://127.0.0.1:0", RunAgent = false };
        return change is null ? options : change(options);
    }
}
