namespace Datahall.Fleet.Limits;

/// <summary>Where the machine's cgroup controllers are mounted.</summary>
/// <param name="Unified">The version 2 hierarchy that has cpu and memory; null when version 1 has them.</param>
/// <param name="Controllers">The version 1 hierarchies by controller: cpu, cpuacct, memory.</param>
internal sealed record CgroupMounts(string? Unified, IReadOnlyDictionary<string, string> Controllers)
{
    private static readonly string[] Wanted = ["cpu", "cpuacct", "memory"];

    /// <summary>Reads them from the text of <c>/proc/self/mounts</c>.</summary>
    /// <param name="mounts">The text.</param>
    /// <param name="controllersOf">What a version 2 mount point offers: the text of its <c>cgroup.controllers</c>.</param>
    public static CgroupMounts Parse(string mounts, Func<string, string> controllersOf)
    {
        string? unified = null;
        var controllers = new Dictionary<string, string>();
        foreach (var line in mounts.Split('\n'))
        {
            if (line.Split(' ') is not [_, var point, var type, var options, ..])
            {
                continue;
            }

            if (type is "cgroup2" && controllersOf(point).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is var offered
                && offered.Contains("cpu") && offered.Contains("memory"))
            {
                unified = point;
            }
            else if (type is "cgroup")
            {
                foreach (var controller in options.Split(',').Intersect(Wanted))
                {
                    controllers.TryAdd(controller, point);
                }
            }
        }

        return new(unified, controllers);
    }

    public static CgroupMounts Read()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/self/mounts"), static point => File.ReadAllText(Path.Combine(point, "cgroup.controllers")));
        }
        catch (IOException) // No /proc, or a mount that went away: then there is nothing to enforce with.
        {
            return new(null, new Dictionary<string, string>());
        }
    }
}
