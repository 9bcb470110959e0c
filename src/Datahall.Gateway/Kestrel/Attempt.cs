using System.Net;
using System.Net.Sockets;
using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Kestrel;

/// <summary>Why a request at a replica was stopped.</summary>
internal enum StopCause
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>The client went away, or its body broke off.</summary>
    Client,

    /// <summary>The replica was found down.</summary>
    ReplicaDown,

    /// <summary>Another one's answer is passed on.</summary>
    Overtaken,

    /// <summary>Something took too long: the first byte, the next one, or the whole request.</summary>
    Late,
}

/// <summary>A request at a replica, up to the end of its answer.</summary>
internal sealed class Attempt : IAsyncDisposable
{
    private const int Waiting = 0;
    private const int Headed = 1;
    private const int Abandoned = 2;

    private readonly CancellationTokenSource stop = new();
    private readonly Exchange exchange;
    private readonly ReplicaLink link;
    private readonly CancellationTokenRegistration client;
    private readonly BodyContent? content;
    private HttpRequestMessage? request;
    private CancellationTokenRegistration down;
    private int cause;
    private int phase;
    private bool isArmed;

    public Attempt(Exchange exchange, ReplicaLink link, HttpRequestMessage request, CancellationToken clientGone)
    {
        (this.exchange, this.link, this.request) = (exchange, link, request);
        content = request.Content as BodyContent;
        content?.Sent = OnSent;
        client = clientGone.UnsafeRegister(static self => ((Attempt)self!).Stop(StopCause.Client), this);
        down = link.Down.UnsafeRegister(static self => ((Attempt)self!).OnDown(), this);
    }

    /// <summary>Cancelled when it is stopped.</summary>
    public CancellationToken Token => stop.Token;

    /// <summary>The answer, once its head is there; null: it failed.</summary>
    public HttpResponseMessage? Response { get; private set; }

    /// <summary>How it failed.</summary>
    public FailureKind Failure { get; private set; }

    /// <summary>What went wrong; null: nothing.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Why it was stopped.</summary>
    public StopCause Cause => Volatile.Read(ref cause) is var told and not 0 ? (StopCause)told : stop.IsCancellationRequested ? StopCause.Late : StopCause.None;

    /// <summary>Sends it and waits for the head of an answer.</summary>
    /// <returns>Itself: <see cref="Response"/> says what became of it.</returns>
    public async Task<Attempt> SendAsync()
    {
        try
        {
            Arm(content is null ? FirstByte : 0); // The first byte's time begins when the body is sent.
            var response = await link.SendAsync(request!, stop.Token);
            Disarm();
            var isDown = Interlocked.CompareExchange(ref phase, Headed, Waiting) != Waiting; // At the same moment: it goes elsewhere.
            if (isDown || IsUnsound(response))
            {
                Failure = isDown ? FailureKind.ReplicaDown : FailureKind.Malformed;
                response.Dispose();
            }
            else
            {
                Response = response;
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            (Error, Failure) = (e, KindOf(e));
        }

        down.Dispose();
        return this;
    }

    /// <summary>Stops it.</summary>
    public void Stop(StopCause why)
    {
        if (Interlocked.CompareExchange(ref cause, (int)why, 0) == 0)
        {
            stop.Cancel();
        }
    }

    /// <summary>Lets it take no longer from now on than some milliseconds, nor than the whole request may; 0: only that.</summary>
    public void Arm(long milliseconds)
    {
        var deadline = exchange.Deadline;
        if (milliseconds <= 0 && deadline == long.MaxValue)
        {
            return;
        }

        var left = deadline == long.MaxValue ? long.MaxValue : Math.Max(0, (deadline - GatewayClock.Now + 999_999) / 1_000_000);
        stop.CancelAfter(TimeSpan.FromMilliseconds(Math.Min(milliseconds <= 0 ? long.MaxValue : milliseconds, Math.Min(left, int.MaxValue - 1))));
        isArmed = true;
    }

    /// <summary>It may take as long as it likes.</summary>
    public void Disarm()
    {
        if (isArmed)
        {
            stop.CancelAfter(Timeout.InfiniteTimeSpan);
            isArmed = false;
        }
    }

    /// <summary>Ends it. When this is over nothing of the client's body is on its way any more, so that another try may send it, or its memory be used again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (content is { Sending.IsCompleted: false } unfinished)
        {
            Stop(StopCause.Overtaken);
            try
            {
                await unfinished.Sending;
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or HttpRequestException or InvalidOperationException)
            {
                // It was stopped.
            }
        }

        await client.DisposeAsync();
        await down.DisposeAsync();
        Response?.Dispose();
        request?.Dispose();
        request = null;
        stop.Dispose();
    }

    private long FirstByte => exchange.Route!.Spec.Timeouts.FirstByte.Milliseconds;

    // Two lengths: two readers could take different ones (RFC 9112, section 6.3). 101: nobody asked for it here.
    private static bool IsUnsound(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.SwitchingProtocols
        || (response.Content.Headers.NonValidated.TryGetValues("Content-Length", out var lengths) && lengths.Count > 1);

    private void OnSent()
    {
        if (FirstByte > 0 && Volatile.Read(ref phase) == Waiting)
        {
            Arm(FirstByte);
        }
    }

    private void OnDown()
    {
        if (Interlocked.CompareExchange(ref phase, Abandoned, Waiting) == Waiting)
        {
            Stop(StopCause.ReplicaDown);
        }
    }

    private FailureKind KindOf(Exception e) => Cause switch
    {
        StopCause.ReplicaDown => FailureKind.ReplicaDown,
        StopCause.Late => FailureKind.Timeout,
        _ => KindOf((e as HttpRequestException)?.HttpRequestError ?? (e as HttpIOException)?.HttpRequestError),
    };

    private static FailureKind KindOf(HttpRequestError? error) => error switch
    {
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError => FailureKind.Connect,
        HttpRequestError.InvalidResponse or HttpRequestError.VersionNegotiationError or HttpRequestError.ConfigurationLimitExceeded => FailureKind.Malformed,
        _ => FailureKind.Closed,
    };
}
