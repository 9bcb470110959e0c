using System.Net.Sockets;
using System.Text;
using Datahall.Gateway.Dispatch;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Kestrel;

/// <summary>Clients and replicas that behave badly in every way by chance: nothing may stay behind.</summary>
public sealed class ChaosTests
{
    private const int Requests = 600;
    private const int AtOnce = 12;

    private static readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_stays_behind_of_requests_that_ended_in_any_way()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var one = Misbehaving(seed);
        await using var two = Misbehaving(seed + 1);
        await using var well = await Backend.EchoAsync();
        await using var lane = await LaneFixture.ToAsync(
            new()
            {
                Limits = new() { PerReplica = 4, Wait = new(2000), Body = new Bytes(150_000) },
                Timeouts = new() { FirstByte = new(200), Idle = new(200), Request = new(3000) },
                Hedge = new() { After = new(20), Budget = 0.5 },
                Retry = new() { Budget = 1 },
            },
            one.EndPoint, two.EndPoint, well.EndPoint);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (i, _) => await AskAsync(lane, new Random(seed + 100 + i), i % 50 == 0 ? lane.Replica(one.EndPoint) : null));

        var route = lane.Dispatcher.Routes[0];
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(TimeSpan.FromSeconds(60));
        while (route.InFlight != 0 || route.Room.Count != 0 || route.Replicas.Any(static replica => replica.InFlight != 0))
        {
            var left = string.Join(", ", route.Replicas.Select(static replica => $"{replica.Name}: {replica.InFlight}"));
            Assert.False(late.IsCancellationRequested, $"seed {seed}: {route.InFlight} places are taken, {route.Room.Count} wait, at replicas are {left}");
            await Task.Yield();
        }

        using var answer = await lane.Client.PostAsync("x", new StringContent("hello"), cancellation);
        Assert.True((int)answer.StatusCode is 200 or >= 500, $"seed {seed}: the gateway answers {answer.StatusCode} afterwards");
    }

    private static RawBackend Misbehaving(int seed)
    {
        var random = new Random(seed);
        return new(async (stream, stop) =>
        {
            int what;
            lock (random)
            {
                what = random.Next(6);
            }

            var answer = what switch
            {
                0 => "",
                1 => "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nonly this",
                2 => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                3 => "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
                4 => "no HTTP at all\r\n\r\n",
                _ => null,
            };
            if (answer is null)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }

            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer ?? ""), stop);
        });
    }

    private static async Task AskAsync(LaneFixture lane, Random random, Replica? down)
    {
        if (down is not null)
        {
            lane.Dispatcher.MarkDown(down, "by chance", GatewayClock.Now);
            lane.Dispatcher.OnProbe(down, null, GatewayClock.Now);
        }

        await using var client = await RawClient.ConnectAsync(lane.Port);
        var size = random.Next(4) switch { 0 => 0, 1 => random.Next(5000), 2 => random.Next(100_000), _ => random.Next(300_000) };
        var body = new string('x', size);
        var head = random.Next(2) == 0
            ? $"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\n\r\n"
            : $"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{size:x}\r\n";
        try
        {
            await client.SendAsync(head);
            switch (random.Next(4))
            {
                case 0: // It leaves with its body half sent.
                    await client.SendAsync(body[..(size / 2)]);
                    break;
                case 1: // It leaves without waiting.
                    await client.SendAsync(body + (head.Contains("chunked", StringComparison.Ordinal) && size > 0 ? "\r\n0\r\n\r\n" : ""));
                    break;
                default:
                    await client.SendAsync(body + (head.Contains("chunked", StringComparison.Ordinal) && size > 0 ? "\r\n0\r\n\r\n" : "\r\n"));
                    await client.UntilAsync("HTTP/1.1 ");
                    break;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or Xunit.Sdk.TrueException)
        {
            // The gateway may leave first.
        }
    }
}
