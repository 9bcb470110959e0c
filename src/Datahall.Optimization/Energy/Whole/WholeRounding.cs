using Datahall.Optimization.Energy.Allocation;

namespace Datahall.Optimization.Energy.Whole;

/// <summary>Rounds a linear program's solution: whole tasks where the program would have them, gangs in full or not at all, and the rest by a linear program again.</summary>
/// <remarks>O(bins × indivisible tasks) and a few linear programs. How far it falls short of the best is stated by the bound of the program that was rounded.</remarks>
internal sealed class WholeRounding(Hall hall, IReadOnlyList<Bin> bins, EnergyOptions options)
{
    private readonly Amounts[] room = [.. bins.Select(static b => b.Supply.Capacity)];
    private readonly Dictionary<(int Bin, int Task), double> copies = [];

    // The bins of a group stand together.
    private readonly Dictionary<int, (int First, int Count)> binsOf = bins.Select(static (b, i) => (b.Group, Index: i)).GroupBy(static b => b.Group).ToDictionary(static g => g.Key, static g => (g.First().Index, g.Count()));
    private readonly Amounts all = bins.Aggregate(default(Amounts), static (sum, b) => sum + b.Supply.Capacity);

    /// <summary>Rounds: the copies of each task on each bin; null when something that must be placed found no place.</summary>
    /// <param name="wanted">For each group the tasks the linear program has there, with the fraction of all copies.</param>
    /// <param name="placed">The fraction that it placed of each task.</param>
    public IReadOnlyDictionary<(int Bin, int Task), double>? Round(ILookup<int, (int Group, double Fraction)> wanted, IReadOnlyList<double> placed)
    {
        var tasks = hall.Model.Tasks;
        var order = Enumerable.Range(0, tasks.Count).Where(j => !tasks[j].Divisible)
            .OrderByDescending(j => tasks[j].Must).ThenByDescending(j => placed[j] > 0).ThenByDescending(Density).ThenBy(static j => j);
        return order.All(j => Put(j, wanted[j]) || !tasks[j].Must) && Spread(placed) ? copies : null;
    }

    // What a task is worth for the part of the hall that it takes.
    private double Density(int task)
    {
        var part = Enumerable.Range(0, Amounts.Count).Sum(r => all[r] > 0 ? hall.Demands[task].Size[r] / all[r] : 0);
        return part > 0 ? hall.Demands[task].Value / part : 0;
    }

    // First as many in each group as the program has there, then the rest wherever it fits. False when not all are placed.
    private bool Put(int task, IEnumerable<(int Group, double Fraction)> wanted)
    {
        var (count, put) = (hall.Model.Tasks[task].Count, new List<(int Bin, int Copies)>());
        var left = count;
        foreach (var (group, fraction) in wanted.OrderByDescending(static w => w.Fraction).ThenBy(static w => w.Group))
        {
            left -= Fill(task, Math.Min(left, (int)Math.Ceiling((fraction * count) - 1e-9)), binsOf[group], put);
        }

        left -= Fill(task, left, (0, bins.Count), put);
        if (left > 0 && hall.Model.Tasks[task].Gang)
        {
            put.ForEach(p => room[p.Bin] += p.Copies * Hall.SizeOf(hall.Model.Tasks[task]));
            return false;
        }

        foreach (var (bin, number) in put)
        {
            copies[(bin, task)] = copies.GetValueOrDefault((bin, task)) + number;
        }

        return left == 0;
    }

    private int Fill(int task, int most, (int First, int Count) among, List<(int Bin, int Copies)> put)
    {
        var (size, left) = (Hall.SizeOf(hall.Model.Tasks[task]), most);
        var (value, isDuty) = (hall.Demands[task].Value / hall.Copies[task], hall.Model.Tasks[task].Must);
        for (var b = among.First; b < among.First + among.Count && left > 0; b++)
        {
            if ((isDuty || value > bins[b].Supply.HeatPrice * size.Compute) && Math.Min(left, Bin.Fits(room[b], size)) is > 0 and var number)
            {
                room[b] = Amounts.Each(r => Math.Max(0, room[b][r] - (number * size[r])));
                put.Add((b, number));
                left -= number;
            }
        }

        return most - left;
    }

    // The divisible tasks in the room that is left. Gangs that the program placed in full must be, the others are left out; while that is too much, the one of least worth gives way.
    private bool Spread(IReadOnlyList<double> placed)
    {
        const double full = 1 - 1e-6;
        var tasks = hall.Model.Tasks;
        var gangs = Enumerable.Range(0, tasks.Count).Where(j => tasks[j] is { Divisible: true, Gang: true } && (tasks[j].Must || placed[j] >= full))
            .OrderByDescending(j => tasks[j].Must).ThenByDescending(Density).ThenBy(static j => j).ToList();
        var supplies = bins.Select((b, i) => b.Supply with { Capacity = room[i] }).ToList();
        while (true)
        {
            var chosen = Enumerable.Range(0, tasks.Count).Where(j => tasks[j].Divisible && (!tasks[j].Gang || gangs.Contains(j))).ToList();
            if (LinearAllocation.Solve(new(supplies, [.. chosen.Select(j => hall.Demands[j] with { Must = tasks[j].Must || tasks[j].Gang })]), options.Linear) is { } solved)
            {
                for (var b = 0; b < bins.Count; b++)
                {
                    foreach (var (demand, fraction) in solved.On(b))
                    {
                        copies[(b, chosen[demand])] = fraction * hall.Copies[chosen[demand]];
                    }
                }

                return true;
            }

            if (gangs.Count == 0 || tasks[gangs[^1]].Must)
            {
                return false;
            }

            gangs.RemoveAt(gangs.Count - 1);
        }
    }
}
