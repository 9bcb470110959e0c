namespace Datahall.Server.Tests.Hosting;

/// <summary>Manifests that tests apply.</summary>
internal static class Manifests
{
    public static string Job(string name, string labels = "{}", string env = "{}", int replicas = 1) => $$"""
        kind: Job
        name: {{name}}
        labels: {{labels}}
        spec:
          roles:
            - name: worker
              replicas: {{replicas}}
              resources: { cpu: 1 }
              env: {{env}}
              run: { process: { command: [sleep, "60"] } }
        ---

        """;

    public static string Service(string name, int replicas = 1) => $$"""
        kind: Service
        name: {{name}}
        spec:
          replicas: {{replicas}}
          resources: { cpu: 1 }
          run: { process: { command: [sleep, "60"] } }
        ---

        """;
}
