using Datahall.Model;
using Datahall.Model.Manifests;
using Datahall.Twin.Energy;

namespace Datahall.Twin.Tests.Energy;

/// <summary>Scenarios as text, read and run as from a file.</summary>
internal static class Simulated
{
    public static string Scenario(string fields, string workload, string policies) => $"""

        kind: Scenario
        name: x
        spec:
          {fields}
          workload: [{workload}]
          policies: [{policies}]
        """;

    /// <summary>Runs a site and a scenario; what they name is in the folder.</summary>
    public static ScenarioReport Run(string text, string folder = ".")
    {
        var read = ScenarioReader.Read("s.yaml", System.Text.Encoding.UTF8.GetBytes(text));
        Assert.Empty(read.Errors.Select(static error => error.ToString()));
        return ScenarioSimulation.Run(read.Resources.OfType<Scenario>().Single(), read.Resources.OfType<Site>().Single(), folder, null, TestContext.Current.CancellationToken);
    }

    /// <summary>A folder that is gone after the test.</summary>
    public sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("datahall-scenario-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
