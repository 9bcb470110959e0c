namespace Datahall.Cli.Doctor;

/// <summary>Which limits of tasks the kernel can be asked to enforce here.</summary>
internal static class CgroupCheck
{
    private const string Root = "/sys/fs/cgroup";
    private const string Subject = "limits";
    private const string MendRights =
        "run as root, or as a systemd unit with Delegate=yes; in a container, mount /sys/fs/cgroup writable";

    private static readonly string[] Wanted = ["cpu", "memory"];

    public static Finding Run() => File.Exists($"{Root}/cgroup.controllers") ? Version2() : Version1();

    private static Finding Version2()
    {
        var there = ReadWords($"{Root}/cgroup.controllers");
        var missing = Wanted.Except(there).ToArray();
        var own = Path.Join(Root, OwnGroup("0::"));
        var writable = CanMakeGroup(own) ? own : CanMakeGroup(Root) ? Root : null;
        return (writable, missing) switch
        {
            (null, _) => Finding.Weak(Subject, $"cgroup v2, but {own} takes no groups: CPU and memory limits are not enforced", MendRights),
            (_, { Length: > 0 }) => Finding.Weak(Subject, $"cgroup v2 without {string.Join(" and ", missing)}", $"enable the controllers in {Root}/cgroup.subtree_control"),
            _ => Finding.Good(Subject, $"cgroup v2: {string.Join(", ", Wanted)} ({writable})"),
        };
    }

    private static Finding Version1()
    {
        var mounted = Wanted.Where(static controller => Directory.Exists($"{Root}/{controller}")).ToArray();
        if (mounted.Length == 0)
        {
            return Finding.Weak(Subject, "no cgroups: CPU and memory limits are not enforced", $"mount cgroup2 at {Root}");
        }

        var works = mounted.Where(static controller => CanMakeGroup($"{Root}/{controller}") || CanMakeGroup(Path.Join($"{Root}/{controller}", OwnGroup($":{controller}:")))).ToArray();
        var fails = Wanted.Except(works).ToArray();
        return fails.Length == 0
            ? Finding.Good(Subject, $"cgroup v1: {string.Join(", ", works)}")
            : Finding.Weak(Subject, $"cgroup v1: {string.Join(" and ", fails)} limits are not enforced{(works.Length > 0 ? $", {string.Join(", ", works)} limits are" : "")}", MendRights);
    }

    /// <summary>This process's group as the kernel names it, for the line that has the mark.</summary>
    private static string OwnGroup(string mark) => ReadLines("/proc/self/cgroup")
        .Where(line => line.Contains(mark, StringComparison.Ordinal))
        .Select(static line => line[(line.LastIndexOf(':') + 1)..])
        .FirstOrDefault() ?? "/";

    private static bool CanMakeGroup(string parent)
    {
        var group = $"{parent}/datahall-doctor-{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(group);
            Directory.Delete(group);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string[] ReadWords(string file) => string.Join(' ', ReadLines(file)).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
