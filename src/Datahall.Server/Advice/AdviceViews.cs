using System.Text.Json.Serialization;
using Datahall.Control.Inputs;
using Datahall.Optimization.Batch;
using Datahall.Optimization.Rebalancing;

namespace Datahall.Server.Advice;

/// <summary>What thinking about all that waits came to.</summary>
/// <param name="Revision">The revision it was thought from.</param>
/// <param name="DryRun">Whether it was not proposed.</param>
/// <param name="Solver">Who found the plan: greedy, cpSat or linearProgram.</param>
/// <param name="Proven">Whether nothing better exists.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Greedy">What starts one gang after the other.</param>
/// <param name="Whole">What starts when all are placed as a whole.</param>
/// <param name="Gangs">The gangs that start, and where.</param>
/// <param name="Waiting">The gangs that do not, and why.</param>
/// <param name="Taken">How many gangs the core took.</param>
/// <param name="Dropped">How many it dropped.</param>
internal sealed record BatchAdviceView(
    long Revision, bool DryRun, string Solver, bool Proven, double Seconds, PlanView Greedy, PlanView Whole, IReadOnlyList<GangView> Gangs, IReadOnlyList<WaitingView> Waiting, int Taken, int Dropped)
{
    public static BatchAdviceView Of(BatchResult result, Considered? considered) => new(
        result.Revision,
        considered is null,
        result.Solver switch { BatchSolver.CpSat => "cpSat", BatchSolver.LinearProgram => "linearProgram", _ => "greedy" },
        result.IsProven,
        result.Elapsed.TotalSeconds,
        PlanView.Of(result.Greedy),
        PlanView.Of(result.Best),
        [.. result.Best.Admitted.Select(a => new GangView(a.Gang, [.. a.Places.Select(p => new PlaceView(p.Task, p.Node, p.Devices))]))],
        [.. result.Best.Refused.Select(r => new WaitingView(r.Gang, r.Reason))],
        considered?.Taken ?? 0,
        considered?.Dropped ?? 0);
}

/// <summary>How much starts.</summary>
/// <param name="Gangs">Gangs.</param>
/// <param name="Gpus">Their accelerators.</param>
/// <param name="Cpus">Their processors.</param>
/// <param name="WholeNodes">The nodes that stay empty.</param>
internal sealed record PlanView(int Gangs, double Gpus, double Cpus, int WholeNodes)
{
    public static PlanView Of(BatchPlan plan) => new(plan.Admitted.Count, plan.Demand.GpuMilli / 1000.0, plan.Demand.CpuMilli / 1000.0, plan.Score.WholeNodes);
}

/// <summary>A gang that starts.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Places">Where its tasks go.</param>
internal sealed record GangView(string Gang, IReadOnlyList<PlaceView> Places);

/// <summary>A place for a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Node">The node.</param>
/// <param name="Devices">The devices' indexes.</param>
internal sealed record PlaceView(string Task, string Node, IReadOnlyList<int> Devices);

/// <summary>A gang that waits on.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Reason">Why.</param>
internal sealed record WaitingView(string Gang, string Reason);

/// <summary>Moves that join free room together, or save power.</summary>
/// <param name="Revision">The revision they were thought from.</param>
/// <param name="DryRun">Whether they were not proposed.</param>
/// <param name="Movable">How many running tasks may be moved now.</param>
/// <param name="Moves">The moves, best first.</param>
/// <param name="Taken">How many the core took.</param>
/// <param name="Dropped">How many it dropped.</param>
internal sealed record MovesView(long Revision, bool DryRun, int Movable, IReadOnlyList<MoveView> Moves, int Taken, int Dropped);

/// <summary>A move.</summary>
/// <param name="Task">The task.</param>
/// <param name="From">The node that it leaves.</param>
/// <param name="To">The node that it goes to.</param>
/// <param name="Gain">What is won: free room, in devices, or power of the site, in watts.</param>
/// <param name="WorkLost">What is thrown away, in device-seconds.</param>
internal sealed record MoveView(string Task, string From, string To, double Gain, double WorkLost)
{
    public static MoveView Of(PlannedMove move) => new(move.Task, move.From, move.To, move.Gain, move.WorkLost);
}

/// <summary>The wire format of advice.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BatchAdviceView))]
[JsonSerializable(typeof(MovesView))]
internal sealed partial class AdviceJson : JsonSerializerContext;
