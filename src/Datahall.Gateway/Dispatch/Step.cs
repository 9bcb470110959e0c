namespace Datahall.Gateway.Dispatch;

/// <summary>What a lane does next with a request.</summary>
public enum Step
{
    /// <summary>Send it to <see cref="Exchange.Replica"/>.</summary>
    Send,

    /// <summary>Read the beginning of the body, as far as the model or the prompt is, and call <see cref="Exchange.WithBody"/>.</summary>
    NeedBody,

    /// <summary>Keep it: <see cref="IExchangeLane.Resume"/> will be called, once, from any thread; then call <see cref="Exchange.Resumed"/>.</summary>
    Wait,

    /// <summary>Hand the request as it came to a lane that can send it to several replicas at once; this exchange is over and has counted nothing.</summary>
    Relay,

    /// <summary>Answer with <see cref="Exchange.Refusal"/>.</summary>
    Refuse,

    /// <summary>Answer with <see cref="Exchange.Answer"/>: the gateway itself knows.</summary>
    Answer,

    /// <summary>Pass the answer that is coming on to the client.</summary>
    Pass,
}

/// <summary>How a try failed before a byte of an answer had been passed on.</summary>
public enum FailureKind
{
    /// <summary>The connection was refused, or could not be made in time: the request was not sent.</summary>
    Connect,

    /// <summary>A connection that had been used before was closed: the replica had closed it for its age. Sent again at once, to the same replica, on a fresh connection.</summary>
    StaleConnection,

    /// <summary>The connection broke after the request was sent.</summary>
    Closed,

    /// <summary>The first byte did not come in time.</summary>
    Timeout,

    /// <summary>What came is no HTTP.</summary>
    Malformed,

    /// <summary>The replica was found down meanwhile (<see cref="IExchangeLane.OnReplica"/>).</summary>
    ReplicaDown,
}

/// <summary>What a request of the gateway's own is for.</summary>
public enum BesideRole
{
    /// <summary>A second try of a slow request; never waits.</summary>
    Hedge,

    /// <summary>A copy for the version in the shadow; never waits.</summary>
    Mirror,

    /// <summary>A question to a member of an ensemble.</summary>
    Member,
}

/// <summary>What a lane can do.</summary>
public enum LaneAbilities
{
    /// <summary>One request to one replica at a time.</summary>
    Plain,

    /// <summary>Hedged and mirrored requests and ensembles too.</summary>
    FanOut,
}

/// <summary>What became of a replica.</summary>
public enum ReplicaChange
{
    /// <summary>It does not answer: requests without a byte of an answer go elsewhere (<see cref="FailureKind.ReplicaDown"/>), idle connections are closed.</summary>
    Down,

    /// <summary>It takes no new requests and will go: idle connections are closed, requests go on to their end.</summary>
    Gone,
}

/// <summary>A lane: a way in which requests come and go.</summary>
public interface IExchangeLane
{
    /// <summary>A request that waited goes on. Any thread, once for each <see cref="Step.Wait"/> unless the exchange was cancelled before.</summary>
    void Resume(Exchange exchange);

    /// <summary>Something became of a replica. Any thread.</summary>
    void OnReplica(Replica replica, ReplicaChange change);
}
