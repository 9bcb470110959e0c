using System.Collections.Concurrent;
using System.Net;

namespace Datahall.Cli.Tests.Gateways;

/// <summary>64 clients that ask one after the other, half of them with POST, until they are told to end.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private const int Clients = 64;

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource ended = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = Clients }) { Timeout = patience };
    private readonly long[] answered = new long[Clients];
    private readonly ConcurrentQueue<string> failures = new();
    private readonly Task run;

    public SteadyLoad(string url) => run = Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => AskAsync(client, url))));

    /// <summary>What went wrong so far.</summary>
    public IReadOnlyCollection<string> Failures => failures;

    /// <summary>Waits until every client has had some more answers: none of them is stuck.</summary>
    public async Task MoreAsync(int answers)
    {
        var before = answered.Select(static (_, i) => i).Select(i => Volatile.Read(ref answered[i])).ToArray();
        using var limit = new CancellationTokenSource(patience);
        for (var i = 0; i < Clients;)
        {
            if (Volatile.Read(ref answered[i]) >= before[i] + answers)
            {
                i++;
                continue;
            }

            Assert.False(limit.IsCancellationRequested, $"client {i} had {Volatile.Read(ref answered[i]) - before[i]} answers within {patience}; failures: {string.Join("; ", failures.Take(5))}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends the clients, each after its answer, and says what went wrong.</summary>
    public async Task<IReadOnlyCollection<string>> EndAsync()
    {
        await ended.CancelAsync();
        await run;
        return failures;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        http.Dispose();
        ended.Dispose();
    }

    private async Task AskAsync(int client, string url)
    {
        while (!ended.IsCancellationRequested)
        {
            try
            {
                using var request = new HttpRequestMessage(client % 2 == 0 ? HttpMethod.Get : HttpMethod.Post, url);
                request.Content = client % 2 == 0 ? null : new ByteArrayContent(new byte[200]);
                using var response = await http.SendAsync(request, CancellationToken.None);
                var body = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
                if (response.StatusCode != HttpStatusCode.OK || body.Length != 1024)
                {
                    failures.Enqueue($"{request.Method} got {(int)response.StatusCode} with {body.Length} bytes");
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                failures.Enqueue($"client {client}: {e.Message} {e.InnerException?.Message}");
            }

            Interlocked.Increment(ref answered[client]);
        }
    }
}
