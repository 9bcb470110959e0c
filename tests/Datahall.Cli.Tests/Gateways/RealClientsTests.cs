using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Datahall.Cli.Tests.Gateways;

/// <summary>Clients as people have them, unmodified, against a gateway and the example's models.</summary>
[Collection(RealProcesses.Name)]
public sealed class RealClientsTests
{
    private static readonly string clients = Path.Combine(AppContext.BaseDirectory, "Gateways", "Clients");

    [Fact]
    public async Task Openais_client_chats_streams_embeds_fails_and_retries()
    {
        await using var hall = await RunningHall.StartAsync();
        var (_, url) = await hall.GatewayAsync("g");
        await hall.ApplyAsync("chat", Chat);
        await hall.ApplyTenantAsync("kind: Tenant\nname: acme\nspec: { requestsPerMinute: 100 }");
        var key = (await CliRun.OfAsync("tenant", "key", "acme", "--name", "test", "--data", hall.Data)).Out.Trim();
        await RunningHall.RoutesHaveKeyAsync(url, key);
        var (installed, installation) = await RunAsync("npm", "install", "--no-audit", "--no-fund", "--prefix", clients);
        Assert.True(installed == 0, installation);

        var (exit, output) = await RunAsync("node", Path.Combine(clients, "openai.mjs"), $"{url}/v1", key);

        Assert.True(exit == 0, output);
        Assert.Equal(["models", "chat", "stream", "embeddings", "errors", "retries", "abort"], output.Trim().Split('\n'));
    }

    [Fact]
    public async Task Curl_hey_and_wrk_get_what_they_ask_for()
    {
        await using var hall = await RunningHall.StartAsync();
        var (_, url) = await hall.GatewayAsync("g");
        await hall.ApplyAsync("work", Work);
        var file = Path.Combine(hall.Data, "body");
        await File.WriteAllBytesAsync(file, new byte[5_000_000], TestContext.Current.CancellationToken);

        foreach (var arguments in (string[][])[[], ["--http2-prior-knowledge"], ["--http1.0"], ["--data-binary", $"@{file}"], ["-H", "Transfer-Encoding: chunked", "--data-binary", $"@{file}"], ["-H", "Expect: 100-continue", "-d", "x"]])
        {
            var (exit, body) = await RunAsync("curl", ["-sS", "-f", .. arguments, $"{url}/work"]);
            Assert.True(exit == 0 && body.Length == 1024, $"curl {string.Join(' ', arguments)}: {exit} {body}");
        }

        var (_, head) = await RunAsync("curl", "-sS", "-I", $"{url}/work");
        Assert.Contains("HTTP/1.1 200", head, StringComparison.Ordinal);
        var (_, hey) = await RunAsync("hey", "-n", "2048", "-c", "32", $"{url}/work");
        Assert.Contains("[200]\t2048 responses", hey, StringComparison.Ordinal);
        var (_, wrk) = await RunAsync("wrk", "-t1", "-c32", "-d2s", $"{url}/work");
        Assert.Contains("Requests/sec", wrk, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", wrk, StringComparison.Ordinal);
        Assert.DoesNotContain("Socket errors", wrk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Binary_tensors_pass_as_tritons_client_sends_them()
    {
        await using var hall = await RunningHall.StartAsync();
        var (_, url) = await hall.GatewayAsync("g");
        await hall.ApplyAsync("simple", Simple);
        using var http = new HttpClient { BaseAddress = new(url) };
        var tensor = Enumerable.Range(0, 16).SelectMany(static i => BitConverter.GetBytes(i)).ToArray();
        var json = """{"id":"7","inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"INT32","parameters":{"binary_data_size":64}},{"name":"INPUT1","shape":[1,16],"datatype":"INT32","parameters":{"binary_data_size":64}}],"outputs":[{"name":"OUTPUT0","parameters":{"binary_data":true}},{"name":"OUTPUT1"}]}"""u8.ToArray();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/simple/versions/1/infer?x=1") { Content = new ByteArrayContent([.. json, .. tensor, .. tensor]) };
        request.Headers.TryAddWithoutValidation("inference-header-content-length", json.Length.ToString(CultureInfo.InvariantCulture)); // And no Content-Type.

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var length = int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single(), CultureInfo.InvariantCulture);
        using var answer = JsonDocument.Parse(body.AsMemory(0, length));
        Assert.Equal("7", answer.RootElement.GetProperty("id").GetString());
        Assert.Equal(Enumerable.Range(0, 16).Select(static i => 2 * i), Enumerable.Range(0, 16).Select(i => BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(length + (4 * i)))));
        Assert.All(answer.RootElement.GetProperty("outputs")[1].GetProperty("data").EnumerateArray(), static value => Assert.Equal(0, value.GetInt32()));
        var unknown = await http.PostAsync(new Uri("/v2/models/none/infer", UriKind.Relative), new ByteArrayContent([]), TestContext.Current.CancellationToken);
        Assert.Equal("""{"error":"no route serves the model that the request names"}""", await unknown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<(int Exit, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await errors);
    }

    private const string Chat = """
        kind: Service
        name: chat
        spec:
          replicas: 2
          env: { MODEL_NAME: tiny }
          run: { process: { command: [model-program] } }
          health: { http: { path: /health }, interval: 1s }
          route: { protocol: openai, models: [tiny], access: keys }
        """;

    private const string Work = """
        kind: Service
        name: work
        spec:
          replicas: 2
          run: { process: { command: [model-program] } }
          health: { http: { path: /health }, interval: 1s }
          route: { path: /work }
        """;

    private const string Simple = """
        kind: Service
        name: simple
        spec:
          run: { process: { command: [model-program] } }
          health: { http: { path: /health }, interval: 1s }
          route: { protocol: oip }
        """;
}
