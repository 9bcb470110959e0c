using Datahall.Cli.Output;
using Datahall.Fleet;
using Datahall.Fleet.Agents;
using Microsoft.Extensions.Logging;

namespace Datahall.Cli.Agents;

/// <summary>Runs the agent until it is interrupted. Only this class names the agent: other verbs must not load it.</summary>
internal static class AgentRun
{
    public static async Task<ExitCode> RunAsync(Session session, AgentRequest request, CancellationToken cancellationToken)
    {
        using var logging = ErrorLog.Open(request.Verbose);
        using var controlPlane = new HttpControlPlane(request.Server, request.Token, session.Time);
        var agent = new Agent(Options(session, request), session.Time, logging.CreateLogger<Agent>());
        session.Terminal.Line($"node/{agent.Node} runs tasks for {request.Server}; Ctrl-C stops them in order");
        try
        {
            var run = agent.RunAsync(controlPlane, CancellationToken.None);
            if (await Task.WhenAny(run, Task.Delay(Timeout.InfiniteTimeSpan, session.Time, cancellationToken)) != run)
            {
                await LeaveAsync(session, agent);
            }

            await run;
            return ExitCode.Done;
        }
        catch (Exception e) when (e is ControlPlaneException or IOException)
        {
            throw CommandFailure.Refused(e.Message);
        }
    }

    private static AgentOptions Options(Session session, AgentRequest request)
    {
        var options = new AgentOptions
        {
            DataDirectory = Path.Combine(session.DataDirectory, "agent"),
            Address = request.Address,
            Labels = request.Labels,
            SleepCommand = request.SleepCommand,
            AllowPowerCaps = request.AllowPowerCaps,
        };
        return request.Node is { } node ? options with { Node = node } : options;
    }

    private static async Task LeaveAsync(Session session, Agent agent)
    {
        session.Terminal.Line("\nleaving: tasks are stopped in order. Ctrl-C once more leaves at once: tasks then run on and the next agent takes them over");
        var outcome = await agent.LeaveAsync(CancellationToken.None);
        session.Terminal.Line(outcome is LeaveOutcome.Left ? "left" : "left; some tasks run on, and the next agent takes them over");
    }
}
