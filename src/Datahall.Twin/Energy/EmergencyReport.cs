using Datahall.Energy.Emergency;

namespace Datahall.Twin.Energy;

/// <summary>When a stage of an emergency held.</summary>
/// <param name="FromSeconds">When it began first, in seconds from the start; null: never.</param>
/// <param name="ToSeconds">When it ended last.</param>
/// <param name="Seconds">How long it held, in seconds.</param>
public sealed record EmergencyStage(double? FromSeconds, double? ToSeconds, double Seconds);

/// <summary>What was done against lost cooling.</summary>
/// <param name="Caps">Work was capped.</param>
/// <param name="Stopped">Work was stopped.</param>
/// <param name="ShutDown">Servers were shut down.</param>
/// <param name="MostOff">How many servers were shut down at the most.</param>
/// <param name="WorkLostShare">The share of the run's work that all of it cost, from 0 to 1.</param>
public sealed record EmergencyReport(EmergencyStage Caps, EmergencyStage Stopped, EmergencyStage ShutDown, int MostOff, double WorkLostShare);

/// <summary>Keeps the times of an emergency's stages.</summary>
internal sealed class EmergencyStages
{
    private EmergencyStage caps = new(null, null, 0);
    private EmergencyStage stopped = new(null, null, 0);
    private EmergencyStage down = new(null, null, 0);
    private int most;

    public void Count(ReadOnlySpan<ShedOrder> orders, int off, double at, double seconds)
    {
        var (isCapped, isStopped) = (false, false);
        foreach (var order in orders)
        {
            (isCapped, isStopped) = (isCapped || order.Cap < 1, isStopped || order.Stopped > 0);
        }

        (caps, stopped, down) = (After(caps, isCapped, at, seconds), After(stopped, isStopped, at, seconds), After(down, off > 0, at, seconds));
        most = Math.Max(most, off);
    }

    public EmergencyReport Report(double lostShare) => new(caps, stopped, down, most, lostShare);

    private static EmergencyStage After(EmergencyStage stage, bool holds, double at, double seconds) =>
        holds ? new(stage.FromSeconds ?? at, at + seconds, stage.Seconds + seconds) : stage;
}
