using Datahall.Control.Agents;

namespace Datahall.Fleet;

/// <summary>The control plane as an agent sees it: over HTTP, or in the same process.</summary>
/// <remarks>Every call may fail with <see cref="ControlPlaneException"/>; the agent tries again, and its tasks run on meanwhile.</remarks>
public interface IControlPlane
{
    /// <summary>Presents the agent.</summary>
    Task<RegistrationAnswer> RegisterAsync(Registration registration, CancellationToken cancellationToken);

    /// <summary>Says what the agent has.</summary>
    Task<ReportAnswer> ReportAsync(NodeReport report, CancellationToken cancellationToken);

    /// <summary>Says what the agent measured.</summary>
    Task SendReadingsAsync(NodeReadings readings, CancellationToken cancellationToken);

    /// <summary>Says goodbye: the control plane stops the node's tasks by ordinary orders. One for sleep is refused when the node is not to sleep any more.</summary>
    Task LeaveAsync(string node, string session, LeaveReason reason, CancellationToken cancellationToken);

    /// <summary>Streams orders: at once the desired tasks as they are, then each change.</summary>
    IAsyncEnumerable<AgentOrder> OrdersAsync(string node, string session, CancellationToken cancellationToken);

    /// <summary>Answers a <see cref="LogRequest"/> with the log's bytes.</summary>
    Task SendLogAsync(string requestId, Stream content, CancellationToken cancellationToken);

    /// <summary>Answers a <see cref="LogRequest"/> whose log cannot be read here.</summary>
    Task DeclineLogAsync(string requestId, string reason, CancellationToken cancellationToken);
}

/// <summary>Something the control plane wants of an agent; one of the two is set.</summary>
/// <param name="Desired">The tasks the node should have.</param>
/// <param name="Log">A log that somebody wants to read.</param>
public sealed record AgentOrder(DesiredTasks? Desired = null, LogRequest? Log = null);

/// <summary>A log that somebody wants to read.</summary>
/// <param name="Id">Names the request.</param>
/// <param name="Task">The task, or <see cref="Kernel"/>.</param>
/// <param name="Fence">The attempt; 0 for the latest on this node.</param>
/// <param name="Stream"><c>stdout</c>, <c>stderr</c> or <c>all</c>.</param>
/// <param name="Tail">The last so many lines; negative for all.</param>
/// <param name="Follow">Whether to go on until the attempt ends.</param>
public sealed record LogRequest(string Id, string Task, long Fence, string Stream, int Tail, bool Follow)
{
    /// <summary>What asks for the log of the node's kernel. No task can be called so.</summary>
    public const string Kernel = "@kernel";
}

/// <summary>A log cannot be read.</summary>
/// <param name="Reason">Why, and what to do, as a sentence without its end.</param>
public sealed record LogDecline(string Reason);

/// <summary>The control plane did not take a call.</summary>
public sealed class ControlPlaneException(string message, ControlPlaneFailure failure, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether trying again can help.</summary>
    public ControlPlaneFailure Failure { get; } = failure;
}

/// <summary>Why the control plane did not take a call.</summary>
public enum ControlPlaneFailure
{
    /// <summary>It did not answer, or is not ready: try again.</summary>
    Unavailable,

    /// <summary>It refused for good: a wrong token, another store's agent, a newer session of the same node.</summary>
    Refused,
}
