namespace Datahall.Fleet.PowerCaps;

/// <summary>A device whose power can be limited, as it is now.</summary>
/// <param name="Id">What it is called in every session of every agent: a GPU's UUID, or the name of a processor package's zone.</param>
/// <param name="Least">The lowest limit that it takes, in watts.</param>
/// <param name="Most">The highest, in watts.</param>
/// <param name="Limit">The limit that it has, in watts.</param>
/// <param name="SetAsync">Gives it another limit, in watts; the answer says why that failed, null when it was taken.</param>
internal sealed record CapDevice(string Id, double Least, double Most, double Limit, Func<double, CancellationToken, Task<string?>> SetAsync)
{
    /// <summary>Why it does not keep its limit; null when it does.</summary>
    public string? Problem { get; init; }
}
