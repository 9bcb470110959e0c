using Datahall.Control.Agents;
using Datahall.Control.Inputs;
using Datahall.Server.Loop;

namespace Datahall.Server.Agents;

/// <summary>What agents may ask of the control plane, over HTTP or in the same process.</summary>
internal sealed class AgentGateway(ControlLoop loop, OrderBoard board)
{
    /// <summary>Takes a registration: <see cref="Registered"/> or <see cref="Refused"/>.</summary>
    public Task<Outcome> RegisterAsync(Registration registration, CancellationToken cancellationToken) =>
        loop.SubmitAsync(new Register(registration), cancellationToken);

    /// <summary>Takes a report: <see cref="Reported"/> or <see cref="Refused"/>.</summary>
    public Task<Outcome> ReportAsync(NodeReport report, CancellationToken cancellationToken) =>
        loop.SubmitAsync(new Report(report), cancellationToken);

    /// <summary>Takes a goodbye: <see cref="Accepted"/> or <see cref="Refused"/>.</summary>
    public Task<Outcome> LeaveAsync(string node, string session, LeaveReason reason, CancellationToken cancellationToken) =>
        loop.SubmitAsync(new Leave(node, session, reason), cancellationToken);

    /// <summary>Opens a node's order stream; null when the session is not the node's current one.</summary>
    /// <remarks>Opened between two steps, so that no change falls between the first orders and the next.</remarks>
    public Task<OrderStream?> OpenOrdersAsync(string node, string session, CancellationToken cancellationToken) =>
        loop.AskAsync(core => core.DesiredFor(node) is { } desired && desired.Session == session ? board.Open(desired) : null, cancellationToken);

    /// <summary>Closes a stream whose reader has gone.</summary>
    public void CloseOrders(OrderStream stream) => board.Close(stream);
}
