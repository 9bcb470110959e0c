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

    /// <summary>A job of tasks with whole GPUs.</summary>
    public static Job GpuJob(string name, int gpus, int tasks = 1, string queue = "default", int priority = 0, double? seconds = null) => new()
    {
        Name = name,
        Spec = new()
        {
            Queue = queue,
            Priority = priority,
            Duration = seconds is { } s ? Duration.FromSeconds(s) : null,
            Roles = [Role("worker", tasks, new() { Gpu = new(gpus * 1000) })],
        },
    };

    /// <summary>A queue with GPUs.</summary>
    public static Queue Queue(string name, int? guarantee = null, int? limit = null, string? parent = null, double weight = 1) => new()
    {
        Name = name,
        Spec = new()
        {
            Parent = parent,
            Guarantee = guarantee is { } g ? new() { Gpu = new(g * 1000) } : null,
            Limit = limit is { } l ? new() { Gpu = new(l * 1000) } : null,
            Weight = weight,
        },
    };

    public static Run Run { get; } = new() { Process = new() { Command = ["work"] } };
}
