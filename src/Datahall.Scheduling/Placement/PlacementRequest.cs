using Datahall.Model;

namespace Datahall.Scheduling.Placement;

/// <summary>What one task asks of a node.</summary>
/// <remarks>Two requests are equal when every node answers them alike: what does not fit once need not be tried again.</remarks>
public sealed record PlacementRequest
{
    /// <summary>Processors, in thousandths.</summary>
    public required long CpuMilli { get; init; }

    /// <summary>Memory, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>How many devices the task touches.</summary>
    public required int Devices { get; init; }

    /// <summary>What is taken of each of them, in thousandths; 1000 for whole devices.</summary>
    public required int MilliPerDevice { get; init; }

    /// <summary>The models that will do, in one canonical text; empty for any.</summary>
    public string Models { get; private init; } = "";

    /// <summary>The node labels that must be there, in one canonical text.</summary>
    public string Selector { get; private init; } = "";

    /// <summary>The taints that do not matter, in one canonical text.</summary>
    public string Tolerations { get; private init; } = "";

    /// <summary>The models that will do; empty for any.</summary>
    public IReadOnlyList<string> ModelList { get; private init; } = [];

    internal IReadOnlyDictionary<string, string> SelectorMap { get; private init; } = Empty;

    internal IReadOnlyList<Toleration> TolerationList { get; private init; } = [];

    private static Dictionary<string, string> Empty { get; } = [];

    /// <summary>What a task made from the template asks for.</summary>
    public static PlacementRequest Of(TaskTemplate template)
    {
        var resources = template.Resources;
        return new()
        {
            CpuMilli = resources.Cpu.Milli,
            MemoryBytes = resources.Memory.Value,
            Devices = resources.Gpu.Devices,
            MilliPerDevice = resources.Gpu.MilliPerDevice,
            Models = resources.Gpu.Devices == 0 ? "" : string.Join('|', resources.GpuModels.Order(StringComparer.Ordinal)),
            ModelList = resources.GpuModels,
            Selector = string.Join('|', template.NodeSelector.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}")),
            SelectorMap = template.NodeSelector,
            Tolerations = string.Join('|', template.Tolerations.Select(t => $"{t.Key}={t.Value ?? "*"}").Order(StringComparer.Ordinal)),
            TolerationList = template.Tolerations,
        };
    }

    /// <summary>The same request for some models alone.</summary>
    /// <param name="models">The models that will do; none of them leaves a request that no device meets.</param>
    public PlacementRequest OfModels(IReadOnlyList<string> models) => this with
    {
        Models = models.Count == 0 ? "-" : string.Join('|', models.Order(StringComparer.Ordinal)),
        ModelList = models.Count == 0 ? ["-"] : models,
    };

    /// <inheritdoc/>
    public bool Equals(PlacementRequest? other) =>
        other is not null && CpuMilli == other.CpuMilli && MemoryBytes == other.MemoryBytes && Devices == other.Devices
        && MilliPerDevice == other.MilliPerDevice && Models == other.Models && Selector == other.Selector && Tolerations == other.Tolerations;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(CpuMilli, MemoryBytes, Devices, MilliPerDevice, Models, Selector, Tolerations);
}
