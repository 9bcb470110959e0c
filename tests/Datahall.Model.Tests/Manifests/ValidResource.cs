using CsCheck;

namespace Datahall.Model.Tests.Manifests;

/// <summary>Random resources that break no rule.</summary>
internal static class ValidResource
{
    private static readonly Gen<string> Name = Gen.OneOf("a", "worker", "ner-finetune", "x1", "0", "123", "true", "null", "no");
    private static readonly Gen<string> Text = Gen.OneOf("", "a", "true", "~", "8080", "a: b", "- x", "#", "a\nb\n", " x ", "搜索", "😀", "'\"", "$(PORT)");
    private static readonly Gen<Duration> Time = Gen.Long[1, 3_000_000_000].Select(static value => new Duration(value));
    private static readonly Gen<IReadOnlyDictionary<string, string>> Labels =
        Gen.Dictionary(Gen.OneOf("team", "example.com/a", "部门", "1", "no"), Gen.OneOf("", "1", "yes", "a-b", "搜索"))[0, 3].Select(static labels => (IReadOnlyDictionary<string, string>)labels);

    private static readonly Gen<Resources> Needs = Gen.Select(
        Gen.Long[0, 10_000_000], Gen.Long[0, 64L << 40], Gen.OneOf(0L, 1, 500, 999, 1000, 8000), static (cpu, memory, gpu) =>
            new Resources { Cpu = new(cpu), Memory = new(memory), Gpu = new(gpu), GpuModels = gpu > 0 ? ["H100", "null"] : [] });

    private static readonly Gen<TaskTemplate> Template = Gen.Select(Needs, Text.Array[0, 3], Text.Array[0, 2], Labels, Gen.Long[0, 100_000], static (needs, arguments, values, labels, grace) =>
        new TaskTemplate
        {
            Resources = needs,
            Run = new() { Process = new() { Command = ["run", .. arguments], WorkingDirectory = arguments.Length > 1 ? "/data" : null } },
            Env = values.Index().ToDictionary(static value => $"V{value.Index}", static value => value.Item),
            NodeSelector = labels,
            Tolerations = [.. labels.Select(static label => new Toleration { Key = label.Key, Value = label.Value.Length == 0 ? null : label.Value })],
            GracePeriod = new(grace),
        });

    private static readonly Gen<Resource> AnyJob = Gen.Select(
        Name, Labels, Template.Array[1, 3], Gen.Int[-1000, 1000], Gen.Select(Time, Time, Gen.Int[0, 9], Gen.Enum<RestartPolicy>()), Gen.Select(Time.Nullable(), Time.Nullable(), Gen.Enum<GangMode>()),
        static (name, labels, roles, priority, restart, rest) => (Resource)new Job
        {
            Name = name,
            Labels = labels,
            Revision = priority + 1000,
            Spec = new()
            {
                Priority = priority,
                Roles = [.. roles.Select(static (role, index) => Role(role, index))],
                Gang = rest.Item3,
                Deadline = rest.Item1,
                Keep = rest.Item2,
                Restart = new() { Backoff = restart.Item1, MaxBackoff = new(Math.Max(restart.Item1.Milliseconds, restart.Item2.Milliseconds)), Limit = restart.Item3, Policy = restart.Item4 },
            },
        });

    private static readonly Gen<Resource> AnyService = Gen.Select(
        Name, Labels, Template, Gen.Int[0, 5], Gen.Int[0, 3], Time, Gen.Int[0, 2], static (name, labels, template, replicas, surge, time, check) => (Resource)new Service
        {
            Name = name,
            Labels = labels,
            Spec = new()
            {
                Resources = template.Resources,
                Run = template.Run,
                Env = template.Env,
                Replicas = replicas,
                Route = surge == 0 ? null : new() { Ejection = new() { ReplaceAfter = time } },
                Rollout = Rollout(surge, replicas, time),
                Backoff = time,
                MaxBackoff = time,
                Health = check == 0 ? null : new() { Tcp = check == 1 ? new() : null, Http = check == 2 ? new() { Path = "/" + name } : null, Interval = time, Failures = surge + 1 },
            },
        });

    private static readonly Gen<Resource> AnyPlace = Gen.Select(Name, Labels, Gen.Long[1, 5_000_000], Gen.Enum<NodeMode>(), Gen.Int[0, 2], static (name, labels, watts, mode, kind) => (Resource)(kind switch
    {
        0 => new Site { Name = $"{name}.{name}", Labels = labels, Spec = new() { PowerLimit = new(watts), TimeZone = "Asia/Shanghai", Halls = [new() { Name = name, Racks = [new() { Name = name, PowerLimit = new(watts) }] }] } },
        1 => new Node { Name = $"{name}.{name}", Labels = labels, Spec = new() { Mode = mode, Taints = [.. labels.Select(static label => new Taint { Key = label.Key, Value = label.Value })], Location = watts > 9 ? new() { Hall = name, Rack = name } : null } },
        _ => new Queue { Name = name, Labels = labels, Spec = new() { Parent = watts > 9 ? name : null, Limit = watts > 99 ? new() { Cpu = new(watts), Gpu = new(0) } : null } },
    }));

    public static Gen<Resource> Any { get; } = Gen.OneOf(AnyJob, AnyService, AnyPlace);

    private static RolloutSpec Rollout(int surge, int weight, Duration time) => new()
    {
        MaxSurge = surge,
        MaxUnavailable = surge == 0 ? 1 : 0,
        ProgressDeadline = time,
        KeepOld = time,
        Strategy = (RolloutStrategy)surge,
        Steps = surge is 0 or 2 ? [] : [new() { Weight = weight + 1, Hold = time }, new() { Weight = 90, Pause = true }],
        Analysis = surge == 0 || weight == 0 ? null : new() { MaxErrorRate = 0, MaxLatencyRatio = weight, MinRequests = weight, Interval = time, Patience = weight == 1 ? null : new(0) },
    };

    private static RoleSpec Role(TaskTemplate template, int index) => new()
    {
        Name = $"role-{index}",
        Replicas = index + 1,
        Daemon = index > 0,
        Resources = template.Resources,
        Run = template.Run,
        Env = template.Env,
        NodeSelector = template.NodeSelector,
        Tolerations = template.Tolerations,
        GracePeriod = template.GracePeriod,
    };
}
