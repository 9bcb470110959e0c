using System.Runtime.CompilerServices;
using Datahall.Control.Agents;
using Datahall.Control.Inputs;
using Datahall.Fleet;
using Datahall.Server.Logs;
using Datahall.Server.Loop;

namespace Datahall.Server.Agents;

/// <summary>The control plane as the agent in the same process sees it: the same paths as over HTTP, without the wire.</summary>
internal sealed class LocalControlPlane(AgentGateway gateway, ReadingsStore readings, LogRelay logs) : IControlPlane
{
    /// <inheritdoc/>
    public async Task<RegistrationAnswer> RegisterAsync(Registration registration, CancellationToken cancellationToken) =>
        await CallAsync(
            AgentMessageCheck.Fault(registration), () => gateway.RegisterAsync(registration, cancellationToken)) is Registered registered
            ? registered.Answer
            : throw Unexpected();

    /// <inheritdoc/>
    public async Task<ReportAnswer> ReportAsync(NodeReport report, CancellationToken cancellationToken) =>
        await CallAsync(AgentMessageCheck.Fault(report), () => gateway.ReportAsync(report, cancellationToken)) is Reported reported
            ? reported.Answer
            : throw Unexpected();

    /// <inheritdoc/>
    public Task SendReadingsAsync(NodeReadings message, CancellationToken cancellationToken) => readings.TryPut(message)
        ? Task.CompletedTask
        : throw new ControlPlaneException($"there is no node/{message.Node}: register first", ControlPlaneFailure.Unavailable);

    /// <inheritdoc/>
    public Task LeaveAsync(string node, string session, LeaveReason reason, CancellationToken cancellationToken) =>
        CallAsync(AgentMessageCheck.Fault(node, session), () => gateway.LeaveAsync(node, session, reason, cancellationToken));

    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentOrder> OrdersAsync(
        string node, string session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(node, session, cancellationToken);
        try
        {
            await foreach (var order in stream.ReadAsync(cancellationToken))
            {
                yield return order;
            }
        }
        finally
        {
            gateway.CloseOrders(stream);
        }
    }

    /// <inheritdoc/>
    public async Task SendLogAsync(string requestId, Stream content, CancellationToken cancellationToken)
    {
        if (!await logs.DeliverAsync(requestId, content, cancellationToken))
        {
            throw new ControlPlaneException("nobody waits for this log any more", ControlPlaneFailure.Refused);
        }
    }

    /// <inheritdoc/>
    public Task DeclineLogAsync(string requestId, string reason, CancellationToken cancellationToken) => logs.TryDecline(requestId, reason)
        ? Task.CompletedTask
        : throw new ControlPlaneException("nobody waits for this log any more", ControlPlaneFailure.Refused);

    private async Task<OrderStream> OpenAsync(string node, string session, CancellationToken cancellationToken)
    {
        try
        {
            return await gateway.OpenOrdersAsync(node, session, cancellationToken)
                ?? throw new ControlPlaneException($"this is not the current session of node/{node}: register again", ControlPlaneFailure.Unavailable);
        }
        catch (Exception e) when (e is StoreUnavailableException or CoreFaultException)
        {
            throw new ControlPlaneException(e.Message, ControlPlaneFailure.Unavailable, e);
        }
    }

    private static async Task<Outcome> CallAsync(string? fault, Func<Task<Outcome>> call)
    {
        if (fault is not null)
        {
            throw new ControlPlaneException(fault, ControlPlaneFailure.Refused);
        }

        try
        {
            var outcome = await call();
            return outcome is Refused refused
                ? throw new ControlPlaneException(refused.Errors[0].Message, ControlPlaneFailure.Refused)
                : outcome;
        }
        catch (Exception e) when (e is StoreUnavailableException or CoreFaultException)
        {
            throw new ControlPlaneException(e.Message, ControlPlaneFailure.Unavailable, e);
        }
    }

    private static InvalidOperationException Unexpected() => new("the core answered an agent with another message's outcome");
}
