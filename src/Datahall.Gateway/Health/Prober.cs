using Datahall.Gateway.Dispatch;
using Datahall.Model;

namespace Datahall.Gateway.Health;

/// <summary>Asks replicas over HTTP whether they answer: each at its interval, and at once when one is suspect.</summary>
/// <remarks>A connection that is accepted proves nothing: the kernel accepts for a process that hangs. Only an answer counts.</remarks>
internal sealed class Prober : IDisposable
{
    // One that is slow but answers its probes stays suspect for long.
    private const long ShortestInterval = 250_000_000;

    private readonly Dispatcher dispatcher;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker http;
    private readonly Dictionary<Replica, ProbeState> states = [];

    public Prober(Dispatcher dispatcher, TimeProvider time)
    {
        (this.dispatcher, this.time) = (dispatcher, time);
        http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ConnectTimeout = TimeSpan.FromSeconds(5),
        });
    }

    /// <summary>Starts the probes that are due; called several times a second by one caller.</summary>
    /// <param name="cancellationToken">Ends probes under way.</param>
    public void Look(CancellationToken cancellationToken)
    {
        var now = GatewayClock.Now;
        foreach (var gone in states.Keys.Where(static replica => replica.Route.IsGone || !replica.Route.Replicas.Contains(replica)).ToList())
        {
            states.Remove(gone);
        }

        foreach (var replica in dispatcher.Routes.SelectMany(static route => route.Replicas))
        {
            if (replica.Route.Spec.Probe.Interval.Milliseconds == 0)
            {
                continue;
            }

            if (!states.TryGetValue(replica, out var state))
            {
                states[replica] = state = new() { Due = now + IntervalOf(replica) };
            }

            if (!state.IsUnderWay && (now >= state.Due || (now >= state.Again && replica.Health.IsSuspect)))
            {
                state.IsUnderWay = true;
                (state.Due, state.Again) = (now + IntervalOf(replica), now + ShortestInterval);
                replica.Health.OnProbing();
                _ = ProbeAsync(replica, state, cancellationToken);
            }
        }
    }

    public void Dispose() => http.Dispose();

    private async Task ProbeAsync(Replica replica, ProbeState state, CancellationToken cancellationToken)
    {
        var failure = await AskAsync(replica, cancellationToken);
        if (!cancellationToken.IsCancellationRequested)
        {
            dispatcher.OnProbe(replica, failure, GatewayClock.Now);
        }

        state.IsUnderWay = false;
    }

    // Why it is not well; null when it is.
    private async Task<string?> AskAsync(Replica replica, CancellationToken cancellationToken)
    {
        var spec = replica.Route.Spec;
        using var timeout = new CancellationTokenSource(spec.Probe.Timeout.TimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var named = spec.Probe.Path ?? replica.Route.HealthPath;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{replica.Authority}{named ?? UsualPath(spec.Protocol)}");
            using var response = await http.SendAsync(request, either.Token);
            await response.Content.CopyToAsync(Stream.Null, either.Token);
            var status = (int)response.StatusCode;
            return named is null ? (status >= 500 ? $"its probe was answered {status}" : null) : status is >= 200 and < 400 ? null : $"its probe was answered {status}";
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return e.InnerException is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.ConnectionRefused }
                ? "it does not take connections"
                : "its probe failed";
        }
        catch (OperationCanceledException)
        {
            return $"its probe was not answered within {spec.Probe.Timeout}";
        }
    }

    // Of a replica that names no path: any answer but a failure will do.
    private static string UsualPath(RouteProtocol protocol) => protocol switch
    {
        RouteProtocol.Oip => "/v2/health/ready",
        RouteProtocol.OpenAI => "/health",
        _ => "/",
    };

    private static long IntervalOf(Replica replica) => replica.Route.Spec.Probe.Interval.Milliseconds * 1_000_000;

    private sealed class ProbeState
    {
        private volatile bool isUnderWay;

        public long Due { get; set; }

        /// <summary>When one that is suspect may be asked again.</summary>
        public long Again { get; set; }

        public bool IsUnderWay { get => isUnderWay; set => isUnderWay = value; }
    }
}
