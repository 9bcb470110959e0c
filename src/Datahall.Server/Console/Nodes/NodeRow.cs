using Datahall.Model;
using Datahall.Server.Console.Figures;
using Datahall.Server.Console.Live;

namespace Datahall.Server.Console.Nodes;

/// <summary>A node with what holds places on it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Tasks">How many tasks hold a place on it.</param>
/// <param name="CpuHeld">The processors that they hold.</param>
/// <param name="GpusHeld">The accelerators that they hold, of which shares count as such.</param>
public sealed record NodeRow(Node Node, int Tasks, double CpuHeld, double GpusHeld)
{
    /// <summary>The phase as a word.</summary>
    public string Phase => Words.Of(Node.Status?.Phase ?? NodePhase.Expected);

    /// <summary>The accelerators that it has.</summary>
    public int Gpus => Node.Status?.Capacity?.Devices.Count ?? 0;

    /// <summary>The processors that it has.</summary>
    public double Cpus => (Node.Status?.Capacity?.Cpu.Milli ?? 0) / 1000.0;

    /// <summary>Rows of nodes, by name.</summary>
    internal static IReadOnlyList<NodeRow> Of(ResourceSet set) => [.. set.List<Node>(ResourceKinds.Node).Select(node => Of(node, set.Tasks.OnNode(node.Name)))];

    private static NodeRow Of(Node node, IReadOnlyList<TaskResource> tasks) => new(
        node,
        tasks.Count,
        tasks.Sum(static task => task.Spec.Template.Resources.Cpu.Milli) / 1000.0,
        tasks.Sum(static task => task.Status.Placement is { } at ? at.Devices.Count * at.MilliPerDevice : 0) / 1000.0);
}
