using Datahall.Optimization.Energy.Fans;

namespace Datahall.Optimization.Energy;

/// <summary>Allocates with the fans still, sets the fans for the load, and again until nothing changes.</summary>
/// <remarks>
/// Each half takes the best there is with the other half fixed, so the objective never falls. Levels change only for a lower cost, so no combination of levels comes twice and it
/// ends. The end is the best for its levels and its levels are the best for its load; where heat depends on load another pair can be better: <see cref="LevelSearch"/>.
/// </remarks>
internal sealed class Alternation
{
    // Work on levels is counted in pairs of nodes and tasks, so that it takes seconds for any size.
    private const long MostPairs = 400_000;

    // The first allocation is for levels that mostly will not stay.
    private const double FirstGap = 0.01;

    private readonly Hall hall;
    private readonly EnergyOptions options;
    private readonly LevelChoice choice;
    private readonly Allocator allocator;
    private readonly List<double> rounds = [];
    private State? best;

    public Alternation(Hall hall, EnergyOptions options)
    {
        (this.hall, this.options) = (hall, options);
        choice = new(hall);
        allocator = new(hall, choice, options);
    }

    public EnergyOutcome Solve()
    {
        if (!Improve(choice.Start()) && !Improve(choice.Roomiest()))
        {
            return new(null, new MustConflict(hall, choice, options).Explain());
        }

        var most = Math.Min(options.MostLevelPrograms, MostPairs / Math.Max(1, (long)hall.Capacity.Count * hall.Demands.Count));
        var bound = new LevelSearch(hall, choice, allocator).Bound(best!.Objective, (int)most, levels =>
        {
            Improve(levels);
            return best.Objective;
        });
        return new(PlanMaker.Make(hall, choice, best.Levels, best.Placing, best.Objective, Math.Max(best.Objective, Math.Min(bound, OwnBound(best))), rounds), null);
    }

    // Iterates from some levels; what is reached counts when it beats what is known. False when what must be placed was not.
    private bool Improve(int[] levels)
    {
        State? reached = null;
        for (var gap = FirstGap; ; gap = options.Linear.Gap)
        {
            // An allocation that is not proven the best may come out below the one that is known, which holds at these levels too: they were chosen for it.
            var placing = Better(allocator.Place(levels, gap), reached?.Placing, levels);
            if (placing is null)
            {
                return false;
            }

            var next = choice.Best(placing, levels, f => hall.Routes[f].Reachable);
            reached = new(next, placing, placing.Value - choice.Cost(placing, next));
            if (best is null || reached.Objective > best.Objective || (reached.Objective == best.Objective && rounds.Count == 1))
            {
                best = reached;
                rounds.Add(reached.Objective);
            }

            if (gap <= options.Linear.Gap && next.SequenceEqual(levels))
            {
                return true;
            }

            levels = next;
        }
    }

    private Placing? Better(Placing? found, Placing? known, int[] levels) =>
        found is null || (known is not null && known.Value - choice.Cost(known, levels) > found.Value - choice.Cost(found, levels)) ? known : found;

    // Where heat does not depend on load, the levels are the best for any load, and the allocation's own bound holds for all levels.
    private double OwnBound(State state) => hall.Tables.All(static t => t.Levels.All(static l => l.RiseCelsius == 0))
        ? state.Placing.Bound - choice.Cost(state.Placing, state.Levels)
        : double.PositiveInfinity;

    private sealed record State(int[] Levels, Placing Placing, double Objective);
}
