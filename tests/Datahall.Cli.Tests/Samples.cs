namespace Datahall.Cli.Tests;

/// <summary>Resources as the server sends them.</summary>
internal static class Samples
{
    public const string Job = """
        {"kind":"Job","name":"pi","labels":{"team":"search"},"spec":{"roles":[{"name":"worker","replicas":3,"run":{"process":{"command":["true"]}},"gracePeriod":"10s"}]},"status":{"phase":"running","tasks":{"running":3,"ready":3}},"revision":7,"generation":1,"created":"2025-01-01T00:00:00+00:00"}
        """;

    public const string Node = """
        {"kind":"Node","name":"n1","spec":{},"status":{"phase":"ready","capacity":{"cpu":"2","memory":"4Gi","disk":"100Gi","devices":[{"model":"H100"},{"model":"H100"}],"firstPort":20000,"ports":10000},"address":"10.0.0.1","limits":"cgroup v2: cpu, memory"},"revision":3,"generation":1,"created":"2025-01-01T00:00:00+00:00"}
        """;

    public static string Task(string name, string job, int index, string phase = "running") => $$$"""
        {"kind":"Task","name":"{{{name}}}","spec":{"job":"{{{job}}}","role":"worker","index":{{{index}}},"template":{"run":{"process":{"command":["true"]}},"gracePeriod":"10s"}},"status":{"phase":"{{{phase}}}","attempt":1,"fence":5,"ready":true,"pid":{{{100 + index}}},"placement":{"node":"n1","address":"10.0.0.1","port":20001}},"revision":7,"generation":1,"created":"2025-01-01T00:00:00+00:00"}
        """;

    public static string List(params string[] items) => $$"""{"revision":7,"items":[{{string.Join(',', items)}}]}""";
}
