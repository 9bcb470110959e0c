namespace Datahall.Gateway.Balancing;

/// <summary>How a request ended, as far as its destination is to blame.</summary>
public enum Outcome
{
    /// <summary>It was answered; also with 4xx, which is the client's fault.</summary>
    Success,

    /// <summary>It was answered with 5xx, not at all, or too late.</summary>
    Failure,

    /// <summary>The client went away. Tells nothing about the destination.</summary>
    Cancelled,
}
