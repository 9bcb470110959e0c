using System.Globalization;

namespace Datahall.Fleet.Limits;

/// <summary>The cgroups of one attempt; each question is answered by whichever version the machine has.</summary>
/// <param name="folders">The groups' directories: by controller in version 1, one named unified in version 2; none when nothing is permitted.</param>
internal sealed class TaskCgroup(IReadOnlyDictionary<string, string> folders)
{
    public IEnumerable<string> Folders => folders.Values;

    /// <summary>Every process in the groups.</summary>
    public IReadOnlySet<int> Processes => Folders.SelectMany(static folder => Lines(Path.Combine(folder, "cgroup.procs")))
        .Select(static line => int.TryParse(line, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(static pid => pid > 1)
        .ToHashSet();

    /// <summary>How often the kernel killed a process for want of memory.</summary>
    public long OutOfMemoryKills => Counter("unified", "memory.events", "oom_kill") ?? Counter("memory", "memory.oom_control", "oom_kill") ?? 0;

    /// <summary>The memory limit, in bytes; null when none is set.</summary>
    public long? MemoryLimit =>
        Number("unified", "memory.max") ?? (Number("memory", "memory.limit_in_bytes") is { } limit and < long.MaxValue / 2 ? limit : null);

    /// <summary>Memory in use without the page cache that can go at once, in bytes.</summary>
    public long? MemoryBytes
    {
        get
        {
            var used = Number("unified", "memory.current") ?? Number("memory", "memory.usage_in_bytes");
            var cache = Counter("unified", "memory.stat", "inactive_file") ?? Counter("memory", "memory.stat", "total_inactive_file") ?? 0;
            return used is { } bytes ? Math.Max(0, bytes - cache) : null;
        }
    }

    /// <summary>Processor time used so far, in seconds.</summary>
    public double? CpuSeconds => Counter("unified", "cpu.stat", "usage_usec") / 1e6 ?? Number("cpuacct", "cpuacct.usage") / 1e9;

    /// <summary>Removes an empty group; false while something is in it.</summary>
    public static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder); // A group's files are the kernel's; only the directory can be removed.
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Remove()
    {
        foreach (var folder in Folders)
        {
            TryRemove(folder);
        }
    }

    public void Write(string controller, string file, string value)
    {
        if (folders.TryGetValue(controller, out var folder))
        {
            File.WriteAllText(Path.Combine(folder, file), value);
        }
    }

    public void WriteIfThere(string controller, string file, string value)
    {
        if (folders.TryGetValue(controller, out var folder) && File.Exists(Path.Combine(folder, file)))
        {
            File.WriteAllText(Path.Combine(folder, file), value);
        }
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException) // The group is gone.
        {
            return [];
        }
    }

    private long? Number(string controller, string file) =>
        folders.TryGetValue(controller, out var folder) && Lines(Path.Combine(folder, file)) is [var line, ..]
        && long.TryParse(line, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private long? Counter(string controller, string file, string name) =>
        folders.TryGetValue(controller, out var folder)
        && Lines(Path.Combine(folder, file)).FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal)) is { } line
        && long.TryParse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
