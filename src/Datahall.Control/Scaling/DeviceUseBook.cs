namespace Datahall.Control.Scaling;

/// <summary>How busy the accelerators of services' replicas are, as was last told.</summary>
/// <remarks>In memory, as traffic is. What a step takes in counts from the next one on, so that it can be taken back.</remarks>
internal sealed class DeviceUseBook
{
    private static readonly TimeSpan staleAfter = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, (DateTimeOffset At, double Use)> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (DateTimeOffset At, double Use)> fresh = new(StringComparer.Ordinal);

    /// <summary>A step begins: the last one stays.</summary>
    public void Begin(DateTimeOffset now)
    {
        foreach (var (service, use) in fresh)
        {
            known[service] = use;
        }

        fresh.Clear();
        foreach (var stale in known.Where(use => now - use.Value.At > staleAfter).Select(static use => use.Key).ToList())
        {
            known.Remove(stale);
        }
    }

    /// <summary>The step was not committed.</summary>
    public void Undo() => fresh.Clear();

    /// <summary>Takes up what was told of a service.</summary>
    public void Take(string service, double use, DateTimeOffset now) => fresh[service] = (now, use);

    /// <summary>The mean use of a service's accelerators, 0 to 1; null when nothing was told lately.</summary>
    public double? Of(string service) => known.TryGetValue(service, out var use) ? use.Use : null;
}
