using Datahall.Optimization.Batch;
using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Quota;

namespace Datahall.Optimization.Tests.Batch;

/// <summary>What holds of every plan, checked without the code that made it.</summary>
internal static class PlanCheck
{
    public static void IsFeasible(PlacementProblem problem, BatchPlan plan)
    {
        var gangs = problem.Waiting.ToDictionary(g => g.Id);
        var nodes = problem.Nodes.ToDictionary(n => n.Offer.Name);
        var held = problem.Nodes.ToDictionary(n => n.Offer.Name, n => n.Held.ToList());
        foreach (var admitted in plan.Admitted)
        {
            var gang = gangs[admitted.Gang];
            Assert.Equal(gang.Tasks.Select(t => t.Name), admitted.Places.Select(p => p.Task)); // Whole.
            foreach (var (task, place) in gang.Tasks.Zip(admitted.Places))
            {
                Suits(task.Request, nodes[place.Node], place);
                held[place.Node].Add(new(place.Node, task.Request.CpuMilli, task.Request.MemoryBytes, place.Devices, task.Request.MilliPerDevice, 0));
            }
        }

        foreach (var node in problem.Nodes)
        {
            IsWithin(node, held[node.Offer.Name]);
        }

        foreach (var queue in problem.Queues)
        {
            var taken = plan.Admitted.Select(a => gangs[a.Gang]).Where(g => g.Line.Contains(queue.Name)).SelectMany(g => g.Tasks).Sum(t => Amount.Of(t.Request).GpuMilli);
            Assert.True(taken <= queue.Left.GpuMilli, $"queue {queue.Name}: {taken} of {queue.Left.GpuMilli}");
        }

        Assert.Equal(problem.Waiting.Select(g => g.Id).Order(), plan.Admitted.Select(a => a.Gang).Concat(plan.Refused.Select(r => r.Gang)).Order());
    }

    private static void Suits(PlacementRequest request, NodeRoom node, PlannedTask place)
    {
        Assert.Equal(request.Devices, place.Devices.Distinct().Count());
        Assert.All(place.Devices, d => Assert.True(request.Models.Length == 0 || request.Models == node.Offer.Capacity.Devices[d].Model));
        Assert.True(request.Selector.Length == 0 || request.Selector == $"zone={node.Offer.Labels["zone"]}");
    }

    private static void IsWithin(NodeRoom node, List<Holding> held)
    {
        Assert.True(held.Sum(h => h.CpuMilli) <= node.Offer.Capacity.Cpu.Milli, node.Offer.Name);
        Assert.True(held.Sum(h => h.MemoryBytes) <= node.Offer.Capacity.Memory.Value, node.Offer.Name);
        Assert.All(
            Enumerable.Range(0, node.Offer.Capacity.Devices.Count),
            d => Assert.True(held.Where(h => h.Devices.Contains(d)).Sum(h => h.MilliPerDevice) <= 1000, $"{node.Offer.Name} device {d}"));
    }
}
