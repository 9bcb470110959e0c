using System.Globalization;
using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Shifting;
using Datahall.Model;
using Datahall.Model.Manifests;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Applying;

/// <summary>Tells whether work could ever run on the nodes that are known, were they empty: it is taken all the same, for nodes may come.</summary>
internal sealed class WorkChecks(CoreState state, EnergyHours hours)
{
    private const int MostRequests = 1024;

    private readonly Dictionary<PlacementRequest, long> copiesByRequest = [];
    private long countedAt = -1;

    public IEnumerable<Remark> Remarks(Job job)
    {
        if (job.Spec.Flexible is { } flexible && hours.RatesOf(flexible) is null)
        {
            yield return new(job.Key, "spec.flexible", flexible.Site is null
                ? "there is no one Site that says what its energy costs or emits: the job starts as soon as there is room"
                : $"site {flexible.Site} does not say what its energy costs or emits: the job starts as soon as there is room");
        }

        if (state.Indexes.Capacity.Amount == default)
        {
            yield break; // There are no nodes yet: nothing can be told.
        }

        for (var i = 0; i < job.Spec.Roles.Count; i++)
        {
            var role = job.Spec.Roles[i];
            var together = job.Spec.Gang is GangMode.None ? 1 : role.Replicas.Min;
            foreach (var remark in Check(job.Key, i, role, together, job.Spec.Queue))
            {
                yield return remark;
            }
        }
    }

    public IEnumerable<Remark> Remarks(Service service) =>
        state.Indexes.Capacity.Amount == default ? [] : Check(service.Key, null, service.Spec, 1, service.Spec.Queue);

    private IEnumerable<Remark> Check(ResourceKey key, int? role, TaskTemplate template, int together, string queue)
    {
        foreach (var model in template.Resources.GpuModels)
        {
            if (!state.Indexes.Capacity.GpuMilliByModel.ContainsKey(model))
            {
                yield return new(key, $"{PathOf(role)}.resources.gpuModels", $"no node has a GPU of model {model}{Known(model)}");
            }
        }

        var request = state.Indexes.Requests.Of(template);
        var copies = CopiesOf(request);
        if (copies < together)
        {
            yield return new(key, $"{PathOf(role)}.resources", string.Create(
                CultureInfo.InvariantCulture,
                $"{(copies == 0 ? "no node could take one such task, were it empty" : $"{together} of these tasks start together, and all nodes, were they empty, take {copies}")}: it waits until there are other nodes"));
        }

        foreach (var name in state.Indexes.Queues.Line(queue))
        {
            if (state.Indexes.Queues.Spec(name).Limit is { } limit && QueueLedger.Exceeds(limit, [.. Enumerable.Repeat(Charge.Of(request), together)]) is { } over)
            {
                yield return new(key, "spec.queue", $"{(together == 1 ? "one task" : "the gang")} alone is above the limit of queue {name}: {over}; it waits until the limit is raised");
            }
        }
    }

    private static string PathOf(int? role) => role is { } i ? string.Create(CultureInfo.InvariantCulture, $"spec.roles[{i}]") : "spec";

    private string Known(string model)
    {
        var known = state.Indexes.Capacity.GpuMilliByModel.Keys.ToList();
        return known.Count == 0 ? ": no node has any"
            : NearestName.Find(model, known) is { } nearest ? $"; did you mean {nearest}?"
            : $"; there are {string.Join(", ", known)}";
    }

    // Many jobs ask for the same; the nodes are looked at once for all of them, until other nodes come.
    private long CopiesOf(PlacementRequest request)
    {
        if (countedAt != state.Indexes.CapacityVersion || copiesByRequest.Count > MostRequests)
        {
            copiesByRequest.Clear();
            countedAt = state.Indexes.CapacityVersion;
        }

        if (!copiesByRequest.TryGetValue(request, out var copies))
        {
            var cluster = state.Indexes.Cluster;
            for (var slot = 0; slot < cluster.Slots; slot++)
            {
                copies += cluster.Has(slot) ? Copies(cluster.Offer(slot).Capacity, request) : 0;
            }

            copiesByRequest[request] = copies;
        }

        return copies;
    }

    private static int Copies(NodeCapacity capacity, PlacementRequest request)
    {
        var least = 100_000L;
        Bound(capacity.Cpu.Milli, request.CpuMilli);
        Bound(capacity.Memory.Value, request.MemoryBytes);
        if (request.Devices > 0)
        {
            var right = capacity.Devices.Count(d => request.ModelList.Count == 0 || request.ModelList.Contains(d.Model));
            Bound((long)right * (1000 / request.MilliPerDevice), request.Devices);
        }

        return (int)least;

        void Bound(long there, long asked) => least = asked == 0 ? least : Math.Min(least, there / asked);
    }
}
