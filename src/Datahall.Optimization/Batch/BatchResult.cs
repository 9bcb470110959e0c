using Datahall.Scheduling.Quota;

namespace Datahall.Optimization.Batch;

/// <summary>What came of thinking about a batch as a whole.</summary>
/// <param name="Revision">The revision of the problem.</param>
/// <param name="Greedy">The plan of one gang after the other, in the order of the line.</param>
/// <param name="Best">The better plan: the optimised one, or the greedy one where nothing beats it.</param>
/// <param name="Solver">Who found the better plan.</param>
/// <param name="IsProven">Whether the solver proved that no plan admits more within its model.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record BatchResult(long Revision, BatchPlan Greedy, BatchPlan Best, BatchSolver Solver, bool IsProven, TimeSpan Elapsed)
{
    /// <summary>Whether the better plan beats the greedy one.</summary>
    public bool IsBetter => Best.Score.CompareTo(Greedy.Score) > 0;
}

/// <summary>Who found a plan.</summary>
public enum BatchSolver
{
    /// <summary>One gang after the other, by the placement policy.</summary>
    Greedy,

    /// <summary>CP-SAT, whole numbers all through.</summary>
    CpSat,

    /// <summary>A linear program (GLOP), rounded and mended.</summary>
    LinearProgram,
}

/// <summary>Places for gangs, and why the others have none.</summary>
/// <param name="Admitted">The gangs that start, in the order of the line.</param>
/// <param name="Refused">Those that do not, in the order of the line.</param>
/// <param name="Demand">What the admitted gangs hold together.</param>
/// <param name="Score">How good the plan is.</param>
public sealed record BatchPlan(IReadOnlyList<AdmittedGang> Admitted, IReadOnlyList<RefusedGang> Refused, Amount Demand, PlanScore Score);

/// <summary>A gang that starts.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Places">A place for each of its tasks.</param>
public sealed record AdmittedGang(string Gang, IReadOnlyList<PlannedTask> Places);

/// <summary>A place for a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Node">The node.</param>
/// <param name="Devices">The devices' indexes.</param>
public sealed record PlannedTask(string Task, string Node, IReadOnlyList<int> Devices);

/// <summary>A gang that does not start.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Reason">The first thing in its way, as the core words it, once the plan is carried out.</param>
public sealed record RefusedGang(string Gang, string Reason);
