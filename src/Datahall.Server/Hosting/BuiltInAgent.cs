using Datahall.Fleet;
using Datahall.Fleet.Agents;
using Datahall.Server.Agents;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Hosting;

/// <summary>The agent of this machine, in the server's own process.</summary>
internal sealed partial class BuiltInAgent : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly ILogger<BuiltInAgent> logger;
    private readonly Agent agent;
    private readonly Task run;

    /// <summary>Starts the agent.</summary>
    public BuiltInAgent(ServerOptions options, DataDirectory directory, LocalControlPlane controlPlane, ILoggerFactory loggers)
    {
        logger = loggers.CreateLogger<BuiltInAgent>();
        var agentOptions = new AgentOptions { DataDirectory = directory.Agent, AllowPowerCaps = options.AllowPowerCaps };
        agent = new(
            options.NodeName is { } node ? agentOptions with { Node = node } : agentOptions, options.Time, loggers.CreateLogger<Agent>());
        run = Task.Run(() => RunAsync(controlPlane));
    }

    /// <summary>Ends the agent; the control plane must still answer.</summary>
    /// <param name="mode">What happens to its tasks.</param>
    /// <param name="cancellationToken">Gives up waiting for tasks to stop; those that still run live on.</param>
    public async Task StopAsync(StopMode mode, CancellationToken cancellationToken)
    {
        if (mode == StopMode.Drain && !run.IsCompleted && await agent.LeaveAsync(cancellationToken) == LeaveOutcome.TasksLeft)
        {
            LogTasksLeft(agent.Node);
        }

        await ended.CancelAsync();
        await run;
    }

    public void Dispose() => ended.Dispose();

    private async Task RunAsync(LocalControlPlane controlPlane)
    {
        try
        {
            await agent.RunAsync(controlPlane, ended.Token);
        }
        catch (Exception e) when (e is ControlPlaneException or IOException or UnauthorizedAccessException)
        {
            LogEnded(agent.Node, e.Message); // The control plane serves other nodes without this one.
        }
    }

    [LoggerMessage(3002, LogLevel.Error, "This machine runs no tasks, for the agent of node {Node} ended: {Reason}")]
    private partial void LogEnded(string node, string reason);

    [LoggerMessage(3003, LogLevel.Warning, "Some tasks of node {Node} did not stop in time; they run on, and the next start takes them over")]
    private partial void LogTasksLeft(string node);
}
