using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Datahall.Gateway.Http1;
using Datahall.Gateway.Tests.Http1;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>Random connections through the lane: a replica gets the requests that the parser read, no more, no others.</summary>
public sealed class LaneFuzzTests
{
    /// <summary>The seeds of the everyday run, 20 connections each; DATAHALL_LANE_FUZZ_SEEDS says otherwise, as <c>SEED</c> or <c>FIRST-LAST</c>.</summary>
    private const string Everyday = "1-25";

    private const int ConnectionsOfSeed = 20;

    [Fact]
    public async Task A_replica_gets_the_requests_that_the_parser_read()
    {
        var (arrived, malformed) = (new ConcurrentQueue<ReadRequest>(), new ConcurrentQueue<string>());
        using var replica = new ScriptedReplica(connection => ServeAsync(connection, arrived, malformed));
        await using var lane = new LaneUnderTest(new(), LaneUnderTest.Options() with { AnswerHalfClosed = true }, replica.EndPoint);
        var range = (Environment.GetEnvironmentVariable("DATAHALL_LANE_FUZZ_SEEDS") ?? Everyday).Split('-');
        for (var seed = int.Parse(range[0], CultureInfo.InvariantCulture); seed <= int.Parse(range[^1], CultureInfo.InvariantCulture); seed++)
        {
            var random = new Random(seed);
            var grammar = new RequestGrammar(random);
            for (var i = 0; i < ConnectionsOfSeed; i++)
            {
                var bytes = grammar.Connection();
                var (expected, fault) = Requests.Connection(bytes, bytes.Length);
                arrived.Clear();

                var answers = await ExchangeAsync(lane, bytes, random);

                var story = $"seed {seed} (replay with DATAHALL_LANE_FUZZ_SEEDS={seed}): {expected.Count} requests, then {fault}\n{Encoding.Latin1.GetString(bytes)}\nanswers:\n{answers}";
                Assert.True(malformed.IsEmpty, $"{string.Join(' ', malformed)}: {story}");
                Assert.True(Described(arrived) == Described(expected.Where(static request => request.Target != "*")), $"{story}\narrived:\n{Described(arrived)}");
                var isRefused = fault is not HttpFault.None || answers.Contains("HTTP/1.1 413 ", StringComparison.Ordinal);
                Assert.True(Finals(answers) == expected.Count + (isRefused ? 1 : 0), story);
            }
        }

        await Eventually.HoldsAsync(() => lane.Lane is { Clients: 0, UsedBytes: 0 } && lane.Route.InFlight == 0, "nothing is left");
    }

    private static async Task<string> ExchangeAsync(LaneUnderTest lane, byte[] bytes, Random random)
    {
        using var client = await lane.ConnectAsync();
        for (var at = 0; at < bytes.Length;)
        {
            var count = Math.Min(bytes.Length - at, random.Next(2) == 0 ? bytes.Length : random.Next(1, 60));
            await client.SendAsync(bytes.AsMemory(at, count));
            at += count;
        }

        client.EndSending();
        return await client.ReadToEndAsync();
    }

    // Method, path and body. The lane makes the origin form of a target, and adds headers.
    private static string Described(IEnumerable<ReadRequest> requests) => string.Join("\n", requests.Select(static request =>
    {
        var target = request.Target.StartsWith("http", StringComparison.Ordinal) ? new Uri(request.Target).PathAndQuery : request.Target;
        return $"{request.Method} {target} {request.Body}";
    }));

    private static int Finals(string answers) => answers.Split("HTTP/1.1 ").Skip(1).Count(static answer => char.IsAsciiDigit(answer[0]) && !answer.StartsWith("100 ", StringComparison.Ordinal));

    // Reads as strictly as the lane: whatever it lets through that is malformed shows here.
    private static async Task ServeAsync(RawClient connection, ConcurrentQueue<ReadRequest> arrived, ConcurrentQueue<string> malformed)
    {
        var (bytes, buffer, answered) = (new List<byte>(), new byte[4096], 0);
        int count;
        while ((count = await connection.Socket.ReceiveAsync(buffer)) > 0)
        {
            bytes.AddRange(buffer.AsSpan(0, count));
            var (requests, fault) = Requests.Connection([.. bytes], bytes.Count);
            if (fault is not HttpFault.None)
            {
                malformed.Enqueue($"{fault} in {Encoding.Latin1.GetString([.. bytes])}");
                return;
            }

            for (; answered < requests.Count; answered++)
            {
                arrived.Enqueue(requests[answered]);
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
        }
    }
}
