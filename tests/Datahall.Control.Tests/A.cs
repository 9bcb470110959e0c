using Datahall.Model;

namespace Datahall.Control.Tests;

/// <summary>Builds resources for tests in few words.</summary>
internal static class A
{
    public static NodeCapacity Capacity(int cpus = 8, int gpus = 0, string model = "H100") => new()
    {
        Cpu = new(cpus * 1000),
        Memory = new(64L << 30),
        Devices = [.. Enumerable.Range(0, gpus).Select(_ => new Device { Model = model })],
    };

    public static Job Job(string name, int tasks = 1, GangMode gang = GangMode.All, Resources? needs = null) => new()
    {
        Name = name,
        Spec = new() { Roles = [Role("worker", tasks, needs)], Gang = gang },
    };

    public static RoleSpec Role(string name, int tasks = 1, Resources? needs = null) => new()
    {
        Name = name,
        Replicas = tasks,
        Resources = needs ?? new() { Cpu = new(1000) },
        Run = Run,
    };

    public static Service Service(string name, int replicas = 1, string program = "serve") => new()
    {
        Name = name,
        Spec = new()
        {
            Replicas = replicas,
            Resources = new() { Cpu = new(1000) },
            Run = new() { Process = new() { Command = [program] } },
            Health = new() { Tcp = new() },
        },
    };

    public static Run Run { get; } = new() { Process = new() { Command = ["work"] } };
}
