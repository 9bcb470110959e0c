using Datahall.Model;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Tests;

/// <summary>Builds offers and requests for tests in few words.</summary>
internal static class An
{
    public static NodeOffer Offer(
        string name, int cpus = 8, int gpus = 0, string model = "H100", OfferState state = OfferState.Open, params Taint[] taints) => new(
            name,
            new() { Cpu = new(cpus * 1000), Memory = new(64L << 30), Devices = [.. Enumerable.Repeat(new Device { Model = model }, gpus)] },
            state,
            new Dictionary<string, string> { ["name"] = name },
            taints);

    public static PlacementRequest Request(
        int cpus = 1, int gpuMilli = 0, string[]? models = null, (string, string)? selector = null, string? tolerates = null, int memoryGi = 1) => PlacementRequest.Of(new()
        {
            Resources = new() { Cpu = new(cpus * 1000), Memory = new((long)memoryGi << 30), Gpu = new(gpuMilli), GpuModels = models ?? [] },
            NodeSelector = selector is var (key, value) ? new Dictionary<string, string> { [key] = value } : [],
            Tolerations = tolerates is null ? [] : [new() { Key = tolerates }],
            Run = new() { Process = new() { Command = ["work"] } },
        });

    public static Run Run { get; } = new() { Process = new() { Command = ["work"] } };

    public static PlacementRequest RequestOf(TaskTemplate template) => PlacementRequest.Of(template);

    public static Holding? Place(ClusterState cluster, PlacementRequest request, string policy = "best-fit", ulong draw = 0) =>
        PlacementPolicies.Find(policy).Choose(cluster, request, draw) is { } choice ? Take(cluster, request, choice) : null;

    public static Holding Take(ClusterState cluster, PlacementRequest request, Choice choice)
    {
        var holding = new Holding(
            cluster.Offer(choice.Slot).Name, request.CpuMilli, request.MemoryBytes, choice.Devices, request.Devices == 0 ? 0 : request.MilliPerDevice, 0);
        cluster.Take(holding);
        return holding;
    }
}
