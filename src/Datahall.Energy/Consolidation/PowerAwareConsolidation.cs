namespace Datahall.Energy.Consolidation;

/// <summary>Gathers movable work on few, efficient hosts, so that the others can sleep; with as few moves as it can.</summary>
/// <remarks>
/// Each step: (1) a host whose load exceeds its limit, now or by <see cref="LocalRegression"/>, gives away the machine with the least memory that suffices, else
/// the one with the largest demand (minimum migration time; Beloglazov and Buyya, CCPE 24, 2012). (2) The least efficient and emptiest hosts are emptied, if
/// every machine finds room on hosts that are awake and the rest stays below <see cref="ConsolidationRules.GatherFill"/>. A machine goes where it costs the
/// fewest watts, ties to the fullest host (power-aware best fit). What keeps moves few: two fills with a gap between them, no host is emptied that just received,
/// and no host is woken to empty another. Pure but for its history of demands; for one caller. A step costs O(machines · hosts).
/// </remarks>
public sealed class PowerAwareConsolidation
{
    private readonly IReadOnlyList<ConsolidationHost> hosts;
    private readonly double[] memory;
    private readonly ConsolidationRules rules;
    private readonly double[][] history; // By machine, a ring of samples.
    private readonly double[] need;
    private readonly List<int>[] on;
    private readonly double[] load;
    private readonly double[] used;
    private readonly int[] received;
    private readonly List<VmMove> moves = [];
    private readonly HashSet<int> wakes = [];
    private int steps;

    /// <summary>Makes a planner.</summary>
    /// <param name="hosts">The hosts. Shape [hosts].</param>
    /// <param name="memory">What each machine holds of its host's memory. Shape [machines].</param>
    /// <param name="rules">How.</param>
    public PowerAwareConsolidation(IReadOnlyList<ConsolidationHost> hosts, IReadOnlyList<double> memory, ConsolidationRules rules)
    {
        (this.hosts, this.memory, this.rules) = (hosts, [.. memory], rules);
        history = [.. memory.Select(_ => new double[rules.Samples])];
        need = new double[memory.Count];
        on = [.. hosts.Select(static _ => new List<int>())];
        (load, used, received) = (new double[hosts.Count], new double[hosts.Count], new int[hosts.Count]);
        Array.Fill(received, int.MinValue / 2);
    }

    /// <summary>The hosts that sleep and are needed: what they shall take is moved once they are awake.</summary>
    public IReadOnlyCollection<int> Wakes => wakes;

    /// <summary>Plans one step.</summary>
    /// <param name="demand">What each machine asks for now, in the hosts' unit of work a second. Shape [machines].</param>
    /// <param name="hostOf">Where each machine is, −1: gone. Moves are entered. Shape [machines].</param>
    /// <param name="isAwake">Which hosts can take machines now. Shape [hosts].</param>
    /// <returns>The moves, valid until the next step.</returns>
    public IReadOnlyList<VmMove> Step(ReadOnlySpan<double> demand, Span<int> hostOf, ReadOnlySpan<bool> isAwake)
    {
        moves.Clear();
        wakes.Clear();
        Learn(demand, hostOf);
        for (var host = 0; host < hosts.Count; host++)
        {
            if (on[host].Count > 0)
            {
                Relieve(host, demand, hostOf, isAwake);
            }
        }

        Gather(hostOf, isAwake);
        return moves;
    }

    private void Learn(ReadOnlySpan<double> demand, ReadOnlySpan<int> hostOf)
    {
        foreach (var list in on)
        {
            list.Clear();
        }

        load.AsSpan().Clear();
        used.AsSpan().Clear();
        var slot = steps % rules.Samples;
        var known = Math.Min(++steps, rules.Samples);
        for (var vm = 0; vm < need.Length; vm++)
        {
            history[vm][slot] = demand[vm];
            if (hostOf[vm] is >= 0 and var host)
            {
                need[vm] = Math.Max(demand[vm], history[vm].AsSpan(0, known).ToArray().Average());
                on[host].Add(vm);
                load[host] += need[vm];
                used[host] += memory[vm];
            }
        }
    }

    private void Relieve(int host, ReadOnlySpan<double> demand, Span<int> hostOf, ReadOnlySpan<bool> isAwake)
    {
        var limit = rules.Overload * hosts[host].Capacity;
        var excess = Foreseen(host, demand) - limit;
        while (excess > 0 && on[host].Count > 1)
        {
            var vm = Leaving(host, excess);
            var to = Best(vm, host, rules.ReliefFill, isAwake);
            if (to < 0 && (to = Sleeping(vm, isAwake)) is >= 0 and var asleep)
            {
                wakes.Add(asleep);
            }

            if (to < 0 || !isAwake[to])
            {
                return; // Nothing can be done now.
            }

            excess -= need[vm];
            Move(vm, host, to, hostOf);
            received[to] = steps;
        }
    }

    // The larger of now and the next sample, of the machines that are on the host now: what left it must not count.
    private double Foreseen(int host, ReadOnlySpan<double> demand)
    {
        var now = 0.0;
        var count = Math.Min(steps, rules.Samples);
        Span<double> past = stackalloc double[count];
        foreach (var vm in on[host])
        {
            now += demand[vm];
            for (var i = 0; i < count; i++)
            {
                past[i] += history[vm][(steps - count + i) % rules.Samples];
            }
        }

        return Math.Max(now, LocalRegression.Next(past));
    }

    private int Leaving(int host, double excess)
    {
        var best = -1;
        foreach (var vm in on[host])
        {
            if (best < 0)
            {
                best = vm;
                continue;
            }

            var (suffices, bestSuffices) = (need[vm] >= excess, need[best] >= excess);
            var better = suffices == bestSuffices
                ? suffices ? (memory[vm], need[vm]).CompareTo((memory[best], need[best])) < 0 : need[vm] > need[best]
                : suffices;
            best = better ? vm : best;
        }

        return best;
    }

    private void Gather(Span<int> hostOf, ReadOnlySpan<bool> isAwake)
    {
        double capacity = 0, total = 0;
        var candidates = new List<int>();
        for (var host = 0; host < hosts.Count; host++)
        {
            if (on[host].Count > 0)
            {
                capacity += hosts[host].Capacity;
                total += load[host];
                candidates.Add(host);
            }
        }

        candidates.Sort((a, b) => (-hosts[a].WattsPerWork, load[a], a).CompareTo((-hosts[b].WattsPerWork, load[b], b)));
        foreach (var host in candidates)
        {
            var left = capacity - hosts[host].Capacity;
            if (received[host] != steps && total <= rules.GatherFill * left && Empties(host, hostOf, isAwake))
            {
                capacity = left;
            }
        }
    }

    // All or none: half an emptied host saves nothing.
    private bool Empties(int host, Span<int> hostOf, ReadOnlySpan<bool> isAwake)
    {
        var first = moves.Count;
        foreach (var vm in on[host].OrderByDescending(vm => need[vm]).ThenBy(static vm => vm).ToList())
        {
            var to = BestOccupied(vm, host, rules.GatherFill, isAwake);
            if (to < 0)
            {
                Undo(first, hostOf);
                return false;
            }

            Move(vm, host, to, hostOf);
        }

        for (var i = first; i < moves.Count; i++)
        {
            received[moves[i].To] = steps;
        }

        return true;
    }

    private int Best(int vm, int from, double fill, ReadOnlySpan<bool> isAwake)
    {
        var occupied = BestOccupied(vm, from, fill, isAwake);
        return occupied >= 0 ? occupied : Cheapest(vm, from, fill, isAwake, mustBeOccupied: false);
    }

    private int BestOccupied(int vm, int from, double fill, ReadOnlySpan<bool> isAwake) => Cheapest(vm, from, fill, isAwake, mustBeOccupied: true);

    private int Cheapest(int vm, int from, double fill, ReadOnlySpan<bool> isAwake, bool mustBeOccupied)
    {
        var (best, bestWatts, bestFill) = (-1, double.PositiveInfinity, 0.0);
        for (var host = 0; host < hosts.Count; host++)
        {
            var type = hosts[host];
            if (host == from || !isAwake[host] || (mustBeOccupied && on[host].Count == 0) || !Fits(vm, host, fill))
            {
                continue;
            }

            var watts = type.Power.Watts((load[host] + need[vm]) / type.Capacity) - type.Power.Watts(load[host] / type.Capacity);
            var full = load[host] / type.Capacity;
            if (watts < bestWatts - 1e-9 || (watts < bestWatts + 1e-9 && full > bestFill))
            {
                (best, bestWatts, bestFill) = (host, watts, full);
            }
        }

        return best;
    }

    private int Sleeping(int vm, ReadOnlySpan<bool> isAwake)
    {
        foreach (var host in wakes)
        {
            if (Fits(vm, host, rules.ReliefFill))
            {
                return host; // One that is woken anyway.
            }
        }

        var best = -1;
        for (var host = 0; host < hosts.Count; host++)
        {
            if (!isAwake[host] && Fits(vm, host, rules.ReliefFill) && (best < 0 || hosts[host].WattsPerWork < hosts[best].WattsPerWork))
            {
                best = host;
            }
        }

        return best;
    }

    private bool Fits(int vm, int host, double fill) =>
        load[host] + need[vm] <= fill * hosts[host].Capacity && need[vm] <= hosts[host].LargestDemand && used[host] + memory[vm] <= hosts[host].Memory;

    private void Move(int vm, int from, int to, Span<int> hostOf)
    {
        Shift(vm, from, to, hostOf);
        moves.Add(new(vm, from, to));
    }

    private void Undo(int first, Span<int> hostOf)
    {
        for (var i = moves.Count - 1; i >= first; i--)
        {
            Shift(moves[i].Vm, moves[i].To, moves[i].From, hostOf);
        }

        moves.RemoveRange(first, moves.Count - first);
    }

    private void Shift(int vm, int from, int to, Span<int> hostOf)
    {
        on[from].Remove(vm);
        on[to].Add(vm);
        (load[from], load[to]) = (load[from] - need[vm], load[to] + need[vm]);
        (used[from], used[to]) = (used[from] - memory[vm], used[to] + memory[vm]);
        hostOf[vm] = to;
    }
}
