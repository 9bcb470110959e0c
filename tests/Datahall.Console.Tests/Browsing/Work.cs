namespace Datahall.Console.Tests.Browsing;

/// <summary>Manifests that tests apply.</summary>
internal static class Work
{
    /// <summary>What a hostile task writes: markup, terminal sequences, marks that turn text round, and a line of 10 MB.</summary>
    private const string HostileLog =
        @"printf '<script>document.title=1</script><img src=x onerror=document.title=2>\n\033[31mred\033[0m \033]0;title\007after\n\342\200\256turned\n'; head -c 10000000 /dev/zero | tr '\0' x; echo; echo last; exec sleep 600";

    /// <summary>A site with one rack, a queue, a job, a service, a job that waits, one that failed, and a hostile one.</summary>
    public static string All { get; } = $$"""
        kind: Site
        name: berlin
        spec:
          plant: room-100kw
          halls: [{ name: h1, racks: [{ name: r1 }, { name: r2 }] }]
        ---
        kind: Node
        name: here
        spec: { location: { hall: h1, rack: r1 } }
        ---
        kind: Queue
        name: research
        spec: { weight: 2 }
        ---
        {{Job("train", "while :; do echo step; sleep 0.3; done", replicas: 2, more: "queue: research")}}
        {{Job("broken", "echo torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB; exit 3", more: "restart: { policy: never }")}}
        {{Job("hostile", HostileLog.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))}}
        {{Service("web", replicas: 2)}}
        kind: Job
        name: waits
        spec:
          roles: [{ name: worker, resources: { cpu: 4000 }, run: { process: { command: [sleep, "60"] } } }]
        """;

    /// <summary>A job that runs a line of shell.</summary>
    public static string Job(string name, string shell, int replicas = 1, string more = "priority: 0") => $$"""
        kind: Job
        name: {{name}}
        spec:
          {{more}}
          roles:
            - name: worker
              replicas: {{replicas}}
              resources: { cpu: 10m }
              run: { process: { command: [sh, -c, "{{shell}}"] } }
        ---
        """;

    /// <summary>A service that sleeps.</summary>
    public static string Service(string name, int replicas) => $$"""
        kind: Service
        name: {{name}}
        spec:
          replicas: {{replicas}}
          resources: { cpu: 10m }
          run: { process: { command: [sleep, "600"] } }
        ---
        """;
}
