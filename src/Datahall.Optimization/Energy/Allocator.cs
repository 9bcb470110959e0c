using Datahall.Optimization.Energy.Allocation;
using Datahall.Optimization.Energy.Fans;
using Datahall.Optimization.Energy.Whole;

namespace Datahall.Optimization.Energy;

/// <summary>Allocates the tasks of a hall while the fans stand still, and remembers the last programs: fixed points ask the same again.</summary>
internal sealed class Allocator(Hall hall, LevelChoice choice, EnergyOptions options)
{
    private const int Remembered = 4;

    private readonly List<(AllocationProblem Program, double Gap, PlacedDemands? Solved)> solved = [];

    /// <summary>The best allocation that was found at some levels; null when what must be placed was not.</summary>
    /// <param name="levels">The levels.</param>
    /// <param name="gap">The relative gap that is good enough where nodes are pooled.</param>
    public Placing? Place(IReadOnlyList<int> levels, double gap)
    {
        var program = hall.Program(f => hall.LoadLimit(choice.Level(f, levels[f])), f => choice.Cost(f, levels[f], 1) - choice.Cost(f, levels[f], 0));
        return Solve(program, gap) is not { } relaxed ? null
            : hall.HasWhole ? new WholeAllocation(hall, program, options).Place(relaxed)
            : Placing.Of(hall, relaxed);
    }

    /// <summary>Solves a linear program as finely as asked for; null when what must be placed cannot be.</summary>
    public PlacedDemands? Solve(AllocationProblem program) => Solve(program, options.Linear.Gap);

    private PlacedDemands? Solve(AllocationProblem program, double gap)
    {
        var known = solved.FindIndex(s => (s.Gap <= gap || s.Solved?.Gap <= gap) && s.Program.Supplies.SequenceEqual(program.Supplies));
        if (known >= 0)
        {
            return solved[known].Solved;
        }

        solved.Insert(0, (program, gap, LinearAllocation.Solve(program, options.Linear with { Gap = gap })));
        solved.RemoveRange(Math.Min(solved.Count, Remembered), Math.Max(0, solved.Count - Remembered));
        return solved[0].Solved;
    }
}

/// <summary>How hard the model is worked on.</summary>
public sealed record EnergyOptions
{
    /// <summary>The most linear programs that are solved to look for better levels than the fixed point, and to prove that there are none. Default 200; 0 leaves the fixed point, with the bound of one program.</summary>
    public int MostLevelPrograms { get; init; } = 200;

    /// <summary>Up to so many pairs of a node and a task a model with indivisible tasks or gangs is solved exactly by SCIP; above, it is rounded. Default 2,000.</summary>
    public int MostExactPairs { get; init; } = 2_000;

    /// <summary>The most branches SCIP looks at, for each allocation. Default 5,000. Counted, not timed: the same model gets the same plan.</summary>
    public int MostBranches { get; init; } = 5_000;

    internal AllocationOptions Linear { get; init; } = new();
}
