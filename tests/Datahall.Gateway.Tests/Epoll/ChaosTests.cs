using System.Globalization;
using System.Text;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>Many clients, replicas that break at random moments, and bytes in random pieces: each request gets its own answer.</summary>
public sealed class ChaosTests
{
    /// <summary>The seeds of the everyday run; DATAHALL_LANE_SEEDS says otherwise, as <c>SEED</c> or <c>FIRST-LAST</c>.</summary>
    private const string Everyday = "1-6";

    private const int Clients = 8;
    private const int RequestsOfClient = 40;

    [Fact]
    public async Task Each_request_gets_its_own_answer_whatever_breaks()
    {
        var range = (Environment.GetEnvironmentVariable("DATAHALL_LANE_SEEDS") ?? Everyday).Split('-');
        for (var seed = int.Parse(range[0], CultureInfo.InvariantCulture); seed <= int.Parse(range[^1], CultureInfo.InvariantCulture); seed++)
        {
            try
            {
                await PlayAsync(seed);
            }
            catch (Exception e) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                throw new InvalidOperationException($"seed {seed} (replay with DATAHALL_LANE_SEEDS={seed}): {e.Message}", e);
            }
        }
    }

    private static async Task PlayAsync(int seed)
    {
        var connections = 0;
        var replicas = Enumerable.Range(0, 3).Select(_ => new ScriptedReplica(connection => ServeAsync(connection, new((seed * 7919) + Interlocked.Increment(ref connections))))).ToList();
        var spec = new RouteSpec
        {
            Retry = new() { Attempts = 10, Budget = 1 },
            Ejection = new() { Failures = 1_000_000 },
        };
        await using var lane = new LaneUnderTest(spec, LaneUnderTest.Options() with { Shards = 2 }, [.. replicas.Select(static replica => replica.EndPoint)]);

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => AskAsync(lane, number, new((seed * 1000) + number))));

        await Eventually.HoldsAsync(() => lane.Lane is { Clients: 0, UsedBytes: 0 } && lane.Route.InFlight == 0, "nothing is left");
        replicas.ForEach(static replica => replica.Dispose());
    }

    // Echoes each body. Before one answer of six the connection breaks; after one of six it ends.
    private static async Task ServeAsync(RawClient connection, Random random)
    {
        while (await connection.ReadAnswerOrEndAsync() is { } request)
        {
            var (breaks, ends, chunked) = (random.Next(6) == 0, random.Next(6) == 0, random.Next(2) == 0);
            if (breaks)
            {
                connection.Reset();
                return;
            }

            var body = Body(request);
            var answer = new StringBuilder("HTTP/1.1 200 OK\r\n").Append(ends ? "Connection: close\r\n" : "");
            answer = chunked
                ? answer.Append(CultureInfo.InvariantCulture, $"Transfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n")
                : answer.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n{body}");
            await InPiecesAsync(connection, answer.ToString(), random);
            if (ends)
            {
                return;
            }
        }
    }

    private static async Task AskAsync(LaneUnderTest lane, int client, Random random)
    {
        using var connection = await lane.ConnectAsync();
        for (var i = 0; i < RequestsOfClient;)
        {
            var batch = Math.Min(random.Next(1, 4), RequestsOfClient - i);
            var bodies = Enumerable.Range(i, batch).Select(number => $"[{client}/{number}:{new string((char)('a' + client), random.Next(4) == 0 ? random.Next(40_000) : random.Next(1, 200))}]").ToList();
            var sending = InPiecesAsync(connection, string.Concat(bodies.Select(body => Request(body, random.Next(2) == 0))), random);
            foreach (var body in bodies)
            {
                var answer = await connection.ReadAnswerAsync();
                Assert.True(answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal), $"request {i} of client {client}, {body.Length} bytes: {answer}");
                Assert.Equal(body, Body(answer));
            }

            await sending;
            i += batch;
        }
    }

    private static string Request(string body, bool chunked) => chunked
        ? string.Create(CultureInfo.InvariantCulture, $"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n")
        : $"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static string Body(string message)
    {
        var from = message.IndexOf('[', message.IndexOf("\r\n\r\n", StringComparison.Ordinal));
        return message[from..(message.LastIndexOf(']') + 1)];
    }

    private static async Task InPiecesAsync(RawClient connection, string text, Random random)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var at = 0; at < bytes.Length;)
        {
            var count = Math.Min(bytes.Length - at, random.Next(3) == 0 ? random.Next(1, 50) : random.Next(1, 30_000));
            await connection.SendAsync(bytes.AsMemory(at, count));
            at += count;
        }
    }
}
