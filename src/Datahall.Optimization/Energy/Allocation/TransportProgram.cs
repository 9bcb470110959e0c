using Google.OrTools.LinearSolver;

namespace Datahall.Optimization.Energy.Allocation;

/// <summary>A solved linear program.</summary>
/// <param name="Fractions">For each supply the demands placed there, with the fraction of the demand.</param>
/// <param name="Prices">For each supply what a unit more of each resource is worth: the duals of its rows.</param>
/// <param name="DemandPrices">For each demand what another one like it is worth: the dual of its row.</param>
/// <param name="Objective">The objective.</param>
internal sealed record TransportSolution(
    IReadOnlyList<IReadOnlyList<(int Demand, double Fraction)>> Fractions, IReadOnlyList<Amounts> Prices, IReadOnlyList<double> DemandPrices, double Objective);

/// <summary>The allocation's linear program, written out for a solver.</summary>
/// <param name="supplies">The supplies; at least one.</param>
/// <param name="demands">The demands; at least one.</param>
/// <param name="isLikely">Which pairs of a supply and a demand get a column; null for all. The solution is then the best among these pairs.</param>
internal sealed class TransportProgram(IReadOnlyList<Supply> supplies, IReadOnlyList<Demand> demands, Func<int, int, bool>? isLikely = null)
{
    // Solvers are precise to about 1e-9 of numbers near 1, whatever the file counts in.
    private readonly Amounts unit = Amounts.Each(r => supplies.Average(s => s.Capacity[r]) is > 0 and var mean ? mean : 1);
    private readonly double worth = demands.Select(static d => d.Value).DefaultIfEmpty(0).Max() is > 0 and var most ? most : 1;

    /// <summary>Solves it; null when what must be placed cannot be.</summary>
    /// <param name="solverName">GLOP, CLP or PDLP.</param>
    /// <exception cref="InvalidOperationException">The solver, and CLP after it, found neither a solution nor that there is none.</exception>
    public TransportSolution? Solve(string solverName) => Solve(solverName, canFallBack: solverName != "CLP");

    private TransportSolution? Solve(string solverName, bool canFallBack)
    {
        using var solver = Solver.CreateSolver(solverName);
        var rows = supplies.Select(s => Enumerable.Range(0, Amounts.Count)
            .Select(r => solver.MakeConstraint(double.NegativeInfinity, s.Capacity[r] / unit[r], "")).ToArray()).ToArray();
        var duties = demands.Select(d => solver.MakeConstraint(d.Must ? 1 : double.NegativeInfinity, 1, "")).ToArray();
        var x = AddColumns(solver, rows, duties);
        using var tight = new MPSolverParameters();
        tight.SetDoubleParam(MPSolverParameters.DoubleParam.PRIMAL_TOLERANCE, 1e-9);
        tight.SetDoubleParam(MPSolverParameters.DoubleParam.DUAL_TOLERANCE, 1e-9);
        return solver.Solve(tight) switch
        {
            Solver.ResultStatus.OPTIMAL => Read(x, rows, duties),
            Solver.ResultStatus.INFEASIBLE => null,
            _ when canFallBack => Solve("CLP", canFallBack: false), // GLOP calls a program abnormal that it lost its way in.
            var status => throw new InvalidOperationException($"{solverName} ended with {status} on {supplies.Count} supplies and {demands.Count} demands"),
        };
    }

    private Variable?[,] AddColumns(Solver solver, Constraint[][] rows, Constraint[] duties)
    {
        var x = new Variable?[supplies.Count, demands.Count];
        var objective = solver.Objective();
        objective.SetMaximization();
        for (var i = 0; i < supplies.Count; i++)
        {
            for (var j = 0; j < demands.Count; j++)
            {
                if (isLikely?.Invoke(i, j) == false)
                {
                    continue;
                }

                x[i, j] = solver.MakeNumVar(0, double.PositiveInfinity, "");
                objective.SetCoefficient(x[i, j], (demands[j].Value - (supplies[i].HeatPrice * demands[j].Size.Compute)) / worth);
                duties[j].SetCoefficient(x[i, j], 1);
                for (var r = 0; r < Amounts.Count; r++)
                {
                    if (demands[j].Size[r] > 0)
                    {
                        rows[i][r].SetCoefficient(x[i, j], demands[j].Size[r] / unit[r]);
                    }
                }
            }
        }

        return x;
    }

    private TransportSolution Read(Variable?[,] x, Constraint[][] rows, Constraint[] duties)
    {
        var columns = Values(x);
        FitDemands(columns);
        var fractions = new List<IReadOnlyList<(int, double)>>();
        var objective = 0.0;
        for (var i = 0; i < supplies.Count; i++)
        {
            var placed = Enumerable.Range(0, demands.Count).Where(j => columns[i, j] > 0).Select(j => (Demand: j, Fraction: columns[i, j])).ToList();
            var fit = Fit(i, placed);
            fractions.Add([.. placed.Select(p => (p.Demand, p.Fraction * fit))]);
            objective += placed.Sum(p => p.Fraction * fit * (demands[p.Demand].Value - (supplies[i].HeatPrice * demands[p.Demand].Size.Compute)));
        }

        return new(
            fractions,
            [.. rows.Select(row => Amounts.Each(r => Math.Max(0, row[r].DualValue()) * worth / unit[r]))],
            [.. duties.Select(duty => duty.DualValue() * worth)],
            objective);
    }

    // What the solver's tolerance let through is dust or a hair too much; the one is dropped, the other cut.
    private double[,] Values(Variable?[,] x)
    {
        const double dust = 1e-12;
        var values = new double[supplies.Count, demands.Count];
        for (var i = 0; i < supplies.Count; i++)
        {
            for (var j = 0; j < demands.Count; j++)
            {
                values[i, j] = x[i, j]?.SolutionValue() is > dust and var value ? value : 0;
            }
        }

        return values;
    }

    private void FitDemands(double[,] columns)
    {
        for (var j = 0; j < demands.Count; j++)
        {
            var total = Enumerable.Range(0, supplies.Count).Sum(i => columns[i, j]);
            for (var i = 0; i < supplies.Count && total > 1; i++)
            {
                columns[i, j] /= total;
            }
        }
    }

    private double Fit(int supply, List<(int Demand, double Fraction)> placed)
    {
        var used = placed.Aggregate(default(Amounts), (sum, p) => sum + (p.Fraction * demands[p.Demand].Size));
        return Enumerable.Range(0, Amounts.Count).Min(r => used[r] > supplies[supply].Capacity[r] ? supplies[supply].Capacity[r] / used[r] : 1);
    }
}
