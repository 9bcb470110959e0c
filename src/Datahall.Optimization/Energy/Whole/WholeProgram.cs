using System.Globalization;
using Google.OrTools.LinearSolver;

namespace Datahall.Optimization.Energy.Whole;

/// <summary>Indivisible tasks and gangs as a mixed-integer program, solved by SCIP.</summary>
/// <remarks>
/// Copies of an indivisible task on a bin are a whole number; of a divisible one any number. A gang has a variable that is 0 or 1, and as many copies as it times their count. SCIP, not
/// CP-SAT, because amounts are no whole numbers. Branches are counted and seeds fixed: the same program has the same solution.
/// </remarks>
internal sealed class WholeProgram(Hall hall, IReadOnlyList<Bin> bins)
{
    private readonly Amounts unit = Amounts.Each(r => bins.Average(b => b.Supply.Capacity[r]) is > 0 and var mean ? mean : 1);

    /// <summary>Solves it: the copies of each task on each bin, and a bound on the objective; null when there is none, or none was found within the branches.</summary>
    public (double[,]? Copies, double Bound, bool IsProven) Solve(int mostBranches)
    {
        using var solver = Solver.CreateSolver("SCIP");
        solver.SetSolverSpecificParametersAsString(string.Create(CultureInfo.InvariantCulture, $"limits/totalnodes = {mostBranches}\nlimits/gap = 0\nnumerics/feastol = 1e-9\n"));
        var copies = AddCopies(solver);
        AddDuties(solver, copies);
        using var exact = new MPSolverParameters();
        exact.SetDoubleParam(MPSolverParameters.DoubleParam.RELATIVE_MIP_GAP, 0);
        var status = solver.Solve(exact);
        if (status is not (Solver.ResultStatus.OPTIMAL or Solver.ResultStatus.FEASIBLE))
        {
            return (null, double.PositiveInfinity, status is Solver.ResultStatus.INFEASIBLE);
        }

        var found = new double[bins.Count, hall.Demands.Count];
        for (var b = 0; b < bins.Count; b++)
        {
            for (var j = 0; j < hall.Demands.Count; j++)
            {
                var value = Math.Max(0, copies[b, j].SolutionValue());
                found[b, j] = hall.Model.Tasks[j].Divisible ? value : Math.Round(value);
            }
        }

        return (found, solver.Objective().BestBound(), status is Solver.ResultStatus.OPTIMAL);
    }

    private Variable[,] AddCopies(Solver solver)
    {
        var copies = new Variable[bins.Count, hall.Demands.Count];
        var objective = solver.Objective();
        objective.SetMaximization();
        for (var b = 0; b < bins.Count; b++)
        {
            var rows = Enumerable.Range(0, Amounts.Count).Select(r => solver.MakeConstraint(double.NegativeInfinity, bins[b].Supply.Capacity[r] / unit[r], "")).ToList();
            for (var j = 0; j < hall.Demands.Count; j++)
            {
                var (task, size) = (hall.Model.Tasks[j], Hall.SizeOf(hall.Model.Tasks[j]));
                copies[b, j] = task.Divisible
                    ? solver.MakeNumVar(0, double.PositiveInfinity, "")
                    : solver.MakeIntVar(0, Math.Min(task.Count, Bin.Fits(bins[b].Supply.Capacity, size)), "");
                objective.SetCoefficient(copies[b, j], (hall.Demands[j].Value / hall.Copies[j]) - (bins[b].Supply.HeatPrice * size.Compute));
                for (var r = 0; r < Amounts.Count; r++)
                {
                    rows[r].SetCoefficient(copies[b, j], size[r] / unit[r]);
                }
            }
        }

        return copies;
    }

    private void AddDuties(Solver solver, Variable[,] copies)
    {
        for (var j = 0; j < hall.Demands.Count; j++)
        {
            var (must, gang) = (hall.Model.Tasks[j].Must, hall.Model.Tasks[j].Gang);
            var duty = gang && !must
                ? solver.MakeConstraint(0, 0, "")
                : solver.MakeConstraint(must ? hall.Copies[j] : double.NegativeInfinity, hall.Copies[j], "");
            if (gang && !must)
            {
                duty.SetCoefficient(solver.MakeBoolVar(""), -hall.Copies[j]);
            }

            for (var b = 0; b < bins.Count; b++)
            {
                duty.SetCoefficient(copies[b, j], 1);
            }
        }
    }
}
