using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Datahall.Learning.Tests.Tracking.Mlflow;

/// <summary>An MLflow server of the few requests that a run makes. It answers as documented and keeps what it was told.</summary>
internal sealed class FakeMlflow : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Lock gate = new();
    private readonly List<(string Method, JsonNode? Body, string? Authorization)> requests = [];
    private readonly Task serving;
    private string? experiment;

    public FakeMlflow()
    {
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        serving = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    /// <summary>How many requests are answered 503 before the server works.</summary>
    public int Failures { get; set; }

    /// <summary>Answers everything with 401.</summary>
    public bool RefusesAll { get; set; }

    public IReadOnlyList<(string Method, JsonNode? Body, string? Authorization)> Requests
    {
        get
        {
            lock (gate)
            {
                return [.. requests];
            }
        }
    }

    public IEnumerable<JsonNode> Bodies(string method) => Requests.Where(request => request.Method == method).Select(request => request.Body!);

    /// <summary>All metrics of all batches, in the order they came.</summary>
    public IEnumerable<(string Key, long Step)> Metrics =>
        Bodies("runs/log-batch").SelectMany(body => body["metrics"]!.AsArray()).Select(metric => ((string)metric!["key"]!, (long)metric["step"]!));

    public void Dispose()
    {
        listener.Stop();
        serving.Wait(TimeSpan.FromSeconds(10));
        listener.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                try
                {
                    await AnswerAsync(client.GetStream());
                }
                catch (IOException) // A client that has given up in the middle of it.
                {
                }
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException) // The test is over.
        {
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        if (await reader.ReadLineAsync() is not { } first)
        {
            return;
        }

        string? authorization = null;
        var length = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } header)
        {
            authorization = header.StartsWith("Authorization: ", StringComparison.Ordinal) ? header[15..] : authorization;
            length = header.StartsWith("Content-Length: ", StringComparison.Ordinal) ? int.Parse(header[16..]) : length;
        }

        var body = new char[length];
        if (length > 0 && await reader.ReadBlockAsync(body) < length) // Without a body the reader would wait for bytes that never come.
        {
            return;
        }

        var text = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body));
        var (status, answer) = Answer(first.Split(' ')[1], length == 0 ? null : JsonNode.Parse(text), authorization);
        var content = Encoding.UTF8.GetBytes(answer);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(content);
    }

    private (int Status, string Answer) Answer(string target, JsonNode? body, string? authorization)
    {
        lock (gate)
        {
            if (RefusesAll)
            {
                return (401, """{"error_code":"UNAUTHENTICATED","message":"You are not authenticated."}""");
            }

            if (Failures > 0)
            {
                Failures--;
                return (503, "");
            }

            Assert.StartsWith("/api/2.0/mlflow/", target);
            var method = target["/api/2.0/mlflow/".Length..];
            requests.Add((method, body, authorization));
            switch (method)
            {
                case "experiments/create":
                    experiment = (string)body!["name"]!;
                    return (200, """{"experiment_id":"7"}""");
                case "runs/create":
                    return (200, """{"run":{"info":{"run_id":"abc","status":"RUNNING"},"data":{}}}""");
                case "runs/log-batch":
                    return (200, "{}");
                case "runs/update":
                    return (200, """{"run_info":{"run_id":"abc"}}""");
                default:
                    return experiment is not null && method == $"experiments/get-by-name?experiment_name={Uri.EscapeDataString(experiment)}"
                        ? (200, """{"experiment":{"experiment_id":"7","name":"x","lifecycle_stage":"active"}}""")
                        : (404, """{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"Could not find experiment"}""");
            }
        }
    }
}
