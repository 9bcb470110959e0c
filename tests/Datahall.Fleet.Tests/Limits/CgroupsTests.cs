using Datahall.Fleet.Limits;
using Datahall.Fleet.Tests.Runtimes;
using Datahall.Model;

namespace Datahall.Fleet.Tests.Limits;

public sealed class CgroupsTests
{
    [Fact]
    public void Parse_finds_the_controllers_of_version_1()
    {
        var mounts = CgroupMounts.Parse(
            "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0\ncgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n",
            static _ => "hugetlb");

        Assert.Null(mounts.Unified);
        Assert.Equal("/sys/fs/cgroup/cpu,cpuacct", mounts.Controllers["cpuacct"]);
        Assert.Equal("/sys/fs/cgroup/memory", mounts.Controllers["memory"]);
    }

    [Fact]
    public void Parse_prefers_version_2_when_it_has_cpu_and_memory()
    {
        var mounts = CgroupMounts.Parse("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n", static _ => "cpuset cpu io memory pids\n");

        Assert.Equal("/sys/fs/cgroup", mounts.Unified);
    }

    [Fact]
    public void Create_writes_the_limits_of_version_2()
    {
        using var directory = new TemporaryDirectory();
        var cgroups = new Cgroups(new(directory.Path, new Dictionary<string, string>()), "a1");

        cgroups.Create(new("t", 7), new() { Cpu = new(1500), Memory = new(64 << 20) });

        Assert.Equal("cgroup v2: cpu, memory", cgroups.Description);
        Assert.Equal("150000 100000", File.ReadAllText(directory.File("datahall/a1/t@7/cpu.max")));
        Assert.Equal("67108864", File.ReadAllText(directory.File("datahall/a1/t@7/memory.max")));
        Assert.Equal("+cpu +memory", File.ReadAllText(directory.File("datahall/a1/cgroup.subtree_control")));
    }

    [Fact]
    public void TaskCgroup_reads_use_and_kills_of_version_2()
    {
        using var directory = new TemporaryDirectory();
        var cgroup = new TaskCgroup(new Dictionary<string, string> { ["unified"] = directory.Path });
        File.WriteAllText(directory.File("memory.events"), "low 0\noom 1\noom_kill 2\n");
        File.WriteAllText(directory.File("memory.current"), "5000\n");
        File.WriteAllText(directory.File("memory.stat"), "anon 4000\ninactive_file 1000\n");
        File.WriteAllText(directory.File("cpu.stat"), "usage_usec 2500000\n");
        File.WriteAllText(directory.File("cgroup.procs"), "77\n");

        Assert.Equal((2L, 4000L, 2.5), (cgroup.OutOfMemoryKills, cgroup.MemoryBytes, cgroup.CpuSeconds));
        Assert.Equal([77], cgroup.Processes);
    }

    [Fact]
    public void Description_says_why_nothing_is_limited()
    {
        var none = new Cgroups(new(null, new Dictionary<string, string>()), "a1");
        var refused = new Cgroups(new("/proc", new Dictionary<string, string>()), "a1");

        Assert.Contains("no limits; cpu is not limited: the machine mounts no such cgroup controller", none.Description, StringComparison.Ordinal);
        Assert.StartsWith("no limits; cpu and memory are not limited: ", refused.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_beyond_the_limit_ends_the_task_with_the_reason()
    {
        using var bench = new RuntimeBench();
        Assert.SkipUnless(bench.Runtime.LimitsMemory, bench.Runtime.Limits);
        var task = RuntimeBench.Shell("x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo ${#x}", "oom");

        bench.Runtime.Start(task with { Template = task.Template with { Resources = new() { Memory = new(32 << 20) } } });
        var report = await bench.Ended("oom");

        Assert.Equal("OutOfMemory", report.Reason);
        Assert.Contains("32Mi", report.Message, StringComparison.Ordinal);
        await Eventually.Holds("removal of the task's groups", () =>
        {
            bench.Runtime.Poll();
            return !Directory.EnumerateDirectories("/sys/fs/cgroup", "oom@1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4 }).Any();
        });
    }

    [Fact]
    public async Task Processor_limit_is_set_and_processes_that_leave_the_session_die_with_the_task()
    {
        using var bench = new RuntimeBench();
        Assert.SkipUnless(bench.Runtime.LimitsCpu, bench.Runtime.Limits);
        var task = RuntimeBench.Shell("setsid sleep 1000 & echo $!; cat /proc/self/cgroup; while :; do sleep 0.05; done");

        bench.Runtime.Start(task with { Template = task.Template with { Resources = new() { Cpu = new(250) } } });
        var fugitive = int.Parse(await bench.Line(), System.Globalization.CultureInfo.InvariantCulture);
        await bench.Line(3);
        var path = bench.Output().Split('\n').Select(line => line.Split(':')).First(line => line.Length == 3 && line[1].Split(',').Contains("cpu") || line[0] == "0")[2];
        var limit = await Eventually.Get("cpu limit", () => ReadLimit(path));
        var usage = Assert.Single(bench.Runtime.Usage());
        bench.Runtime.Stop(new("t", 1), new Duration(2000));
        await bench.Ended();

        Assert.Equal("25000", limit);
        Assert.True(usage.MemoryBytes > 0);
        Assert.False(RuntimeBench.Lives(fugitive));
    }

    private static string? ReadLimit(string path)
    {
        var mounts = CgroupMounts.Read();
        var file = mounts.Unified is { } unified ? $"{unified}{path}/cpu.max" : $"{mounts.Controllers["cpu"]}{path}/cpu.cfs_quota_us";
        return File.Exists(file) ? File.ReadAllText(file).Split(' ', '\n')[0] : null;
    }
}
