using Datahall.Control.Agents;
using Datahall.Model;
using Datahall.Server.Console.Figures;
using Datahall.Server.Console.Live;

namespace Datahall.Server.Console.HallFloor;

/// <summary>By what nodes are coloured, and what each colour means.</summary>
internal sealed class FloorColours
{
    /// <summary>What can be chosen, as it stands in the address.</summary>
    public static readonly IReadOnlyList<string> Choices = ["temperature", "power", "load", "owner"];

    private const int Steps = 5;
    private const int MaxOwners = 8;
    private const double CoolCelsius = 25;
    private const double HotCelsius = 85;
    private readonly Dictionary<string, (string Class, string Text, double? Value)> byNode = new(StringComparer.Ordinal);

    private FloorColours(string by) => By = by;

    /// <summary>What was chosen.</summary>
    public string By { get; }

    /// <summary>What each colour means; of owners, the text is a name.</summary>
    public IReadOnlyList<(string Class, string Text)> Legend { get; private set; } = [];

    /// <summary>The class that colours a node, and what stands behind it.</summary>
    public (string Class, string Text, double? Value) Of(string node) => byNode.TryGetValue(node, out var found) ? found : ("unknown", Amounts.None, null);

    /// <summary>Colours nodes.</summary>
    /// <param name="by">One of <see cref="Choices"/>.</param>
    /// <param name="set">The nodes and their tasks.</param>
    /// <param name="readings">The latest readings, by node.</param>
    /// <param name="watts">What each node draws at its inlet, measured or estimated, in watts.</param>
    public static FloorColours Of(string by, ResourceSet set, IReadOnlyDictionary<string, NodeReadings> readings, IReadOnlyDictionary<string, double> watts)
    {
        var colours = new FloorColours(by);
        var nodes = set.List<Node>(ResourceKinds.Node);
        switch (by)
        {
            case "owner":
                colours.ByOwner(nodes, set.Tasks);
                break;
            case "power":
                colours.Scale(nodes, node => watts.TryGetValue(node.Name, out var w) ? w : null, 0, watts.Count == 0 ? 1 : Math.Max(1, watts.Values.Max()), static w => Amounts.Watts(w));
                break;
            case "load":
                colours.Scale(nodes, node => readings.TryGetValue(node.Name, out var r) ? LoadOf(node, r) : null, 0, 1, static share => Amounts.Share(share));
                break;
            default:
                colours.Scale(nodes, node => readings.TryGetValue(node.Name, out var r) ? HottestOf(r) : null, CoolCelsius, HotCelsius, static c => Amounts.Celsius(c));
                break;
        }

        return colours;
    }

    // Where there are accelerators, their use is what matters.
    private static double? LoadOf(Node node, NodeReadings readings) =>
        readings.Devices.Count > 0 ? readings.Devices.Average(static device => device.Utilization)
        : node.Status?.Capacity?.Cpu.Milli is > 0 and var milli ? Math.Min(1, readings.CpuUsed * 1000 / milli) : null;

    private static double? HottestOf(NodeReadings readings) =>
        new[] { readings.TemperatureCelsius }.Concat(readings.Devices.Select(static device => device.TemperatureCelsius)).Max();

    private void Scale(IReadOnlyList<Node> nodes, Func<Node, double?> valueOf, double low, double high, Func<double, string> format)
    {
        foreach (var node in nodes)
        {
            if (valueOf(node) is { } value)
            {
                var step = (int)Math.Clamp((value - low) / (high - low) * Steps, 0, Steps - 1);
                byNode[node.Name] = ($"heat-{step}", format(value), value);
            }
        }

        var width = (high - low) / Steps;
        Legend = [.. Enumerable.Range(0, Steps).Select(step => ($"heat-{step}", $"{format(low + (step * width))} – {format(low + ((step + 1) * width))}"))];
    }

    private void ByOwner(IReadOnlyList<Node> nodes, TaskIndex tasks)
    {
        var owners = nodes.Select(node => (node.Name, Owners: tasks.OnNode(node.Name).Select(static task => task.Spec.Owner).Distinct().ToList())).ToList();
        var named = owners.SelectMany(static node => node.Owners).GroupBy(static owner => owner)
            .OrderByDescending(static group => group.Count()).ThenBy(static group => group.Key, ResourceKey.Order).Take(MaxOwners).Select(static group => group.Key).ToList();
        foreach (var (node, of) in owners)
        {
            byNode[node] = of switch
            {
                [] => ("owner-none", "", 0),
                [var one] when named.IndexOf(one) is var at and >= 0 => ($"owner-{at}", one.ToString(), 1),
                _ => ("owner-several", string.Join(", ", of.Take(4)), of.Count),
            };
        }

        Legend = [.. named.Select(static (owner, at) => ($"owner-{at}", owner.ToString())), ("owner-several", ""), ("owner-none", "")];
    }
}
