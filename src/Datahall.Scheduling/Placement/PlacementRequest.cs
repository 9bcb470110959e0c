using Datahall.Model;
using Datahall.Scheduling.Cluster;

namespace Datahall.Scheduling.Placement;

/// <summary>What one task asks of a node.</summary>
/// <remarks>Two requests are equal when every node answers them alike: what does not fit once need not be tried again.</remarks>
public sealed record PlacementRequest
{
    // Rough figures of a busy core and a busy accelerator; only the ratio between tasks matters to a choice of nodes.
    private const double WattsPerCpu = 5;
    private const double WattsPerDevice = 400;

    private readonly double? expectedWatts;

    /// <summary>Processors, in thousandths.</summary>
    public required long CpuMilli { get; init; }

    /// <summary>Memory, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>How many devices the task touches.</summary>
    public required int Devices { get; init; }

    /// <summary>What is taken of each of them, in thousandths; 1000 for whole devices.</summary>
    public required int MilliPerDevice { get; init; }

    /// <summary>What the task is expected to draw, in watts; by default 5 W for each CPU and 400 W for each device.</summary>
    public double ExpectedWatts
    {
        get => expectedWatts ?? ((CpuMilli * WattsPerCpu) + ((double)Devices * MilliPerDevice * WattsPerDevice)) / 1000;
        init => expectedWatts = value;
    }

    /// <summary>The models that will do, in one canonical text; empty for any.</summary>
    public string Models { get; private init; } = "";

    /// <summary>The MIG profile that each device must be an instance of; null: no instances.</summary>
    public string? Mig { get; private init; }

    /// <summary>The node labels that must be there, in one canonical text.</summary>
    public string Selector { get; private init; } = "";

    /// <summary>The taints that do not matter, in one canonical text.</summary>
    public string Tolerations { get; private init; } = "";

    /// <summary>The artifacts that the task reads, in one canonical text.</summary>
    public string Data { get; private init; } = "";

    /// <summary>The rules of nearness, in one canonical text.</summary>
    public string Affinity { get; private init; } = "";

    /// <summary>The models that will do; empty for any.</summary>
    public IReadOnlyList<string> ModelList { get; private init; } = [];

    /// <summary>Everything taken of devices, in thousandths.</summary>
    internal long GpuMilli => (long)Devices * MilliPerDevice;

    internal IReadOnlyDictionary<string, string> SelectorMap { get; private init; } = Empty;

    internal IReadOnlyList<Toleration> TolerationList { get; private init; } = [];

    internal IReadOnlyList<string> DataList { get; private init; } = [];

    internal IReadOnlyList<(AffinityRule Rule, string Labels)> AffinityList { get; private init; } = [];

    private static Dictionary<string, string> Empty { get; } = [];

    /// <summary>What a task made from the template asks for.</summary>
    public static PlacementRequest Of(TaskTemplate template)
    {
        var resources = template.Resources;
        var rules = template.Affinity.Count == 0 ? [] : template.Affinity.Select(rule => (Rule: rule, Labels: AffinityIndex.TextOf(rule.Labels))).ToList();
        return new()
        {
            CpuMilli = resources.Cpu.Milli,
            MemoryBytes = resources.Memory.Value,
            Devices = resources.Gpu.Devices,
            MilliPerDevice = resources.Gpu.MilliPerDevice,
            Models = resources.Gpu.Devices == 0 ? "" : Canonical(resources.GpuModels, static model => model),
            ModelList = resources.GpuModels,
            Mig = resources.Gpu.Devices == 0 ? null : resources.Mig,
            Selector = Canonical(template.NodeSelector, static label => $"{label.Key}={label.Value}"),
            SelectorMap = template.NodeSelector,
            Tolerations = Canonical(template.Tolerations, static toleration => $"{toleration.Key}={toleration.Value ?? "*"}"),
            TolerationList = template.Tolerations,
            Data = Canonical(template.Data, static artifact => artifact),
            DataList = template.Data.Count == 0 ? [] : [.. template.Data.Distinct()],
            Affinity = Canonical(rules, static rule => $"{rule.Rule.Mode} {rule.Rule.Scope} {rule.Rule.Required} {rule.Labels}"),
            AffinityList = rules,
        };
    }

    /// <summary>The same request for some models alone.</summary>
    /// <param name="models">The models that will do; none of them leaves a request that no device meets.</param>
    public PlacementRequest OfModels(IReadOnlyList<string> models) => this with
    {
        Models = models.Count == 0 ? "-" : string.Join('|', models.Order(StringComparer.Ordinal)),
        ModelList = models.Count == 0 ? ["-"] : models,
    };

    // The same text for the same things in any order. Most lists are empty, and every job makes a request.
    private static string Canonical<T>(IReadOnlyCollection<T> things, Func<T, string> text) =>
        things.Count == 0 ? "" : string.Join('|', things.Select(text).Order(StringComparer.Ordinal).Distinct());

    /// <inheritdoc/>
    public bool Equals(PlacementRequest? other) => ReferenceEquals(this, other) || (other is not null
        && (CpuMilli, MemoryBytes, Devices, MilliPerDevice) == (other.CpuMilli, other.MemoryBytes, other.Devices, other.MilliPerDevice)
        && expectedWatts == other.expectedWatts
        && (Models, Mig, Selector, Tolerations, Data, Affinity) == (other.Models, other.Mig, other.Selector, other.Tolerations, other.Data, other.Affinity));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(CpuMilli, MemoryBytes, Devices, MilliPerDevice, Models, Selector, Affinity);
}
