namespace Datahall.Optimization.Energy;

/// <summary>Solves the published optimisation model: linear programming for the allocation, dynamic programming for the fans, in turn until nothing changes.</summary>
/// <remarks>Pure and deterministic: the same model gets the same plan. Not thread-safe with itself only in so far as OR-Tools is; each call has its own solvers.</remarks>
public static class EnergyOptimizer
{
    /// <summary>Solves a model.</summary>
    /// <param name="model">The model; <see cref="EnergyModelRules"/> finds nothing wrong with it.</param>
    /// <param name="options">How hard it is worked on; null for the defaults.</param>
    /// <exception cref="ArgumentException">The model breaks a rule.</exception>
    public static EnergyOutcome Solve(EnergyModel model, EnergyOptions? options = null)
    {
        if (EnergyModelRules.Check(model) is [var error, ..])
        {
            throw new ArgumentException($"{error.Path}: {error.Message}", nameof(model));
        }

        var (hall, refusal) = Hall.Of(model);
        return hall is null ? new(null, refusal) : new Alternation(hall, options ?? new()).Solve();
    }
}
