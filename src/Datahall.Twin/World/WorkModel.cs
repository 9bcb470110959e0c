using Datahall.Control.Agents;
using Datahall.Twin.Time;

namespace Datahall.Twin.World;

/// <summary>What simulated tasks do: how long they take and how they end.</summary>
internal sealed record WorkModel
{
    /// <summary>The longest time a process takes to come up.</summary>
    public TimeSpan LongestStart { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest time a process takes to stop.</summary>
    public TimeSpan LongestStop { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest time a job's task runs.</summary>
    public TimeSpan LongestRun { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The share of attempts that fail; 0 once the faults are over.</summary>
    public Func<double> FailureRate { get; init; } = () => 0;

    /// <summary>Decides what an attempt does once it runs.</summary>
    public WorkPlan Plan(DesiredTask task, SimRandom random)
    {
        var isService = task.Env.ContainsKey("DATAHALL_SERVICE");
        var fails = random.Chance(FailureRate());
        return task.Template.Run.Process!.Command[0] switch
        {
            "broken" => new(null, 0, Healthy: false),
            not ("work" or "broken" or "forever") when isService && !fails => new(null, 0, Healthy: true),
            "forever" => new(fails ? random.Upto(LongestRun) : null, 1, Healthy: true),
            _ => new(random.Upto(LongestRun), fails ? 1 : 0, Healthy: true),
        };
    }
}

/// <summary>What one attempt does.</summary>
/// <param name="Duration">How long it runs; null: until it is stopped.</param>
/// <param name="ExitCode">How it ends.</param>
/// <param name="Healthy">Whether it passes its health check.</param>
internal sealed record WorkPlan(TimeSpan? Duration, int ExitCode, bool Healthy);
