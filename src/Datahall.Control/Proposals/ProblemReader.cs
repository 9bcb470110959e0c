using Datahall.Control.Core;
using Datahall.Control.Placing;
using Datahall.Control.Tasks;
using Datahall.Model;
using Datahall.Scheduling.Batch;

namespace Datahall.Control.Proposals;

/// <summary>Writes down the state of now for those who think beside the core.</summary>
internal sealed class ProblemReader(CoreState state, GangTrial trial, RunningWork running, ReservationBook book)
{
    public PlacementProblem Read() => new(
        state.Revision,
        [.. state.All.OfType<Node>().Where(n => n.Status?.Capacity is not null).OrderBy(n => n.Name, StringComparer.Ordinal).Select(RoomOf)],
        [.. state.Indexes.Queues.Names.Where(q => state.Indexes.Queues.Spec(q).Limit is not null).Select(LeftOf)],
        [.. state.Indexes.Gangs.Queues.SelectMany(state.Indexes.Gangs.WaitingIn).Where(g => g.NotBefore <= state.Now).Order(GangIndex.FirstCome).Select(GangOf)],
        [.. state.Indexes.Gangs.All.Where(running.MayMove).OrderBy(g => g.Id, StringComparer.Ordinal).Select(MovableOf)]);

    private NodeRoom RoomOf(Node node)
    {
        var slot = state.Indexes.Cluster.SlotOf(node.Name);
        return new(state.Indexes.Cluster.Offer(slot),
        [
            .. state.Indexes.TasksOn(node.Name).Select(t => t.Holding()),
            .. state.Indexes.Cluster.FreePart([.. book.All.SelectMany(r => r.Places).Where(p => p.Node == node.Name)]),
        ])
        { EnergyPrice = state.Indexes.PriceOf(node) };
    }

    private QueueRoom LeftOf(string queue)
    {
        var (limit, held) = (state.Indexes.Queues.Spec(queue).Limit!, state.Indexes.Queues.Held(queue).Amount);
        return new(queue, new(Left(limit.Cpu?.Milli, held.CpuMilli), Left(limit.Memory?.Value, held.MemoryBytes), Left(limit.Gpu?.Milli, held.GpuMilli)));

        static long Left(long? limit, long held) => limit is null ? long.MaxValue : Math.Max(0, limit.Value - held);
    }

    private WaitingGang GangOf(Gang gang) => new(
        gang.Id, state.Indexes.Queues.Line(gang.Queue), gang.Priority, [.. gang.Members.Select(m => new WaitingTask(m.Name, trial.RequestOf(m)))]);

    private MovableTask MovableOf(Gang gang) => new(
        gang.First.Name,
        trial.RequestOf(gang.First),
        gang.First.Holding(),
        running.WorkLost(gang.First),
        gang.First.Spec.Owner.ToString(),
        running.BudgetOf(gang)?.Left ?? int.MaxValue);
}
