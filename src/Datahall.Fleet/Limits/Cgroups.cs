using System.Globalization;
using Datahall.Control.Agents;
using Datahall.Model;

namespace Datahall.Fleet.Limits;

/// <summary>Enforces tasks' CPU and memory by cgroups, as far as the machine lets the agent.</summary>
internal sealed class Cgroups
{
    private const int PeriodMicroseconds = 100_000;
    private readonly Dictionary<string, string> parents = [];

    /// <summary>Makes the agent's parent group in every hierarchy it may use.</summary>
    /// <param name="mounts">The machine's hierarchies.</param>
    /// <param name="instance">Parts this agent's groups from those of others on the machine.</param>
    public Cgroups(CgroupMounts mounts, string instance)
    {
        IsUnified = mounts.Unified is not null;
        var missing = new List<string>();
        if (mounts.Unified is not null)
        {
            TryMakeParent("unified", mounts.Unified, instance, missing);
        }
        else
        {
            foreach (var controller in (string[])["cpu", "memory", "cpuacct"])
            {
                if (mounts.Controllers.TryGetValue(controller, out var point))
                {
                    TryMakeParent(controller, point, instance, missing);
                }
                else if (controller is not "cpuacct")
                {
                    missing.Add($"{controller} is not limited: the machine mounts no such cgroup controller");
                }
            }
        }

        Description = Describe(missing);
    }

    /// <summary>What is enforced, and why the rest is not; for people.</summary>
    public string Description { get; }

    public bool LimitsMemory => IsUnified ? parents.ContainsKey("unified") : parents.ContainsKey("memory");

    public bool LimitsCpu => IsUnified ? parents.ContainsKey("unified") : parents.ContainsKey("cpu");

    private bool IsUnified { get; }

    /// <summary>Makes the groups of an attempt with its limits; an amount of 0 is no limit.</summary>
    /// <exception cref="IOException">The kernel refused a group or a limit.</exception>
    public TaskCgroup Create(AttemptKey key, Resources resources)
    {
        var group = Open(key);
        foreach (var folder in group.Folders)
        {
            Directory.CreateDirectory(folder);
        }

        LimitCpu(group, resources.Cpu);
        LimitMemory(group, resources.Memory);
        return group;
    }

    /// <summary>The groups of an attempt, as an earlier agent may have left them.</summary>
    public TaskCgroup Open(AttemptKey key)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{key.Task}@{key.Fence}");
        return new(parents.ToDictionary(static parent => parent.Key, parent => Path.Combine(parent.Value, name)));
    }

    /// <summary>Removes empty groups that no attempt of this agent owns any more.</summary>
    public void RemoveOthers(IReadOnlySet<AttemptKey> living)
    {
        var kept = living.Select(static key => key.ToString()).ToHashSet();
        foreach (var folder in parents.Values.SelectMany(Directory.EnumerateDirectories).Where(folder => !kept.Contains(Path.GetFileName(folder))))
        {
            TaskCgroup.TryRemove(folder);
        }
    }

    /// <summary>Removes the agent's parent groups unless tasks live in them.</summary>
    public void Close()
    {
        foreach (var parent in parents.Values)
        {
            TaskCgroup.TryRemove(parent);
        }
    }

    private static void LimitCpu(TaskCgroup group, Cpu cpu)
    {
        if (cpu.Milli == 0)
        {
            return;
        }

        // The kernel takes no quota under a millisecond.
        var quota = Math.Max(1000, cpu.Milli * (PeriodMicroseconds / 1000)).ToString(CultureInfo.InvariantCulture);
        group.Write("unified", "cpu.max", $"{quota} {PeriodMicroseconds}");
        group.Write("cpu", "cpu.cfs_period_us", $"{PeriodMicroseconds}");
        group.Write("cpu", "cpu.cfs_quota_us", quota);
    }

    private static void LimitMemory(TaskCgroup group, Bytes memory)
    {
        if (memory.Value == 0)
        {
            return;
        }

        var limit = memory.Value.ToString(CultureInfo.InvariantCulture);
        group.Write("unified", "memory.max", limit);
        group.WriteIfThere("unified", "memory.swap.max", "0");
        group.Write("memory", "memory.limit_in_bytes", limit);
        group.WriteIfThere("memory", "memory.memsw.limit_in_bytes", limit);
    }

    private void TryMakeParent(string controller, string point, string instance, List<string> missing)
    {
        try
        {
            var parent = Path.Combine(point, "datahall", instance);
            Directory.CreateDirectory(parent);
            if (controller is "unified")
            {
                foreach (var folder in (string[])[point, Path.Combine(point, "datahall"), parent])
                {
                    File.WriteAllText(Path.Combine(folder, "cgroup.subtree_control"), "+cpu +memory");
                }
            }

            parents[controller] = parent;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            missing.Add($"{(controller is "unified" ? "cpu and memory are" : $"{controller} is")} not limited: {e.Message}");
        }
    }

    private string Describe(List<string> missing)
    {
        string?[] enforced = [LimitsCpu ? "cpu" : null, LimitsMemory ? "memory" : null];
        var names = string.Join(", ", enforced.Where(static name => name is not null));
        var what = names.Length == 0 ? "no limits" : $"cgroup {(IsUnified ? "v2" : "v1")}: {names}";
        return string.Join("; ", [what, .. missing]);
    }
}
