namespace Datahall.Cli.Bench.Load;

/// <summary>What became of a request.</summary>
internal enum Outcome
{
    /// <summary>A whole response came, of whatever status.</summary>
    Response,

    /// <summary>No connection: refused, unreachable, no such name, or TLS failed.</summary>
    Connect,

    /// <summary>No whole response within the time-out.</summary>
    Timeout,

    /// <summary>The connection was reset or closed before the response was whole.</summary>
    Reset,

    /// <summary>The response is not HTTP.</summary>
    Protocol,

    /// <summary>It was due, and no connection was free for it until its time-out.</summary>
    NotStarted,
}

/// <summary>A request and its response.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Status">The status code; 0 without a response.</param>
/// <param name="Bytes">Bytes of the response: head and body as they came over HTTP/1.1, the body alone elsewhere.</param>
internal readonly record struct Exchange(Outcome Outcome, int Status = 0, long Bytes = 0);

/// <summary>One way to a server that does one exchange at a time.</summary>
internal interface IExchanger : IDisposable
{
    /// <summary>Sends one request and reads its whole response. Never throws for what a server or a network does.</summary>
    /// <param name="target">The index of the target.</param>
    /// <param name="stamps">Is told when the first byte and each event came.</param>
    ValueTask<Exchange> RunAsync(int target, StreamStamps stamps);

    /// <summary>Gives up the exchange that is under way, from any thread; it ends as <see cref="Outcome.Timeout"/>.</summary>
    void Abort();
}
