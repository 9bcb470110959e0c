using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Scaling;

/// <summary>How long a service's replicas take from their place to being ready.</summary>
/// <param name="seconds">What was known before, in seconds; 0: nothing.</param>
internal sealed class StartTimes(double seconds)
{
    private readonly Dictionary<(string Task, int Attempt), DateTimeOffset> starting = [];

    /// <summary>The mean of the last starts, each counting half as much as the one after it, in seconds; 0: none yet.</summary>
    public double Seconds { get; private set; } = seconds;

    /// <summary>Looks at the replicas.</summary>
    public void Observe(IEnumerable<TaskResource> tasks, DateTimeOffset now)
    {
        HashSet<(string, int)> still = [];
        foreach (var task in tasks)
        {
            var key = (task.Name, task.Status.Attempt);
            if (task.IsActive() && !task.IsReady())
            {
                still.Add(key);
                starting.TryAdd(key, now);
            }
            else if (task.IsReady() && starting.TryGetValue(key, out var since))
            {
                var took = (now - since).TotalSeconds;
                Seconds = Seconds > 0 ? (Seconds + took) / 2 : took;
            }
        }

        foreach (var gone in starting.Keys.Where(key => !still.Contains(key)).ToList())
        {
            starting.Remove(gone);
        }
    }
}
