using Datahall.Energy.Curves;
using Datahall.Energy.Facility;

namespace Datahall.Energy.Sleep;

/// <summary>Puts servers to sleep that their block does not need, and wakes them when it does.</summary>
/// <remarks>
/// A block needs ⌈n·u/fill⌉ servers and ⌈n·spare⌉ besides. Too few: the missing ones are woken at once. Too many: those that were not needed for the break-even
/// time go to sleep, which costs at most twice what knowing the future would (ski rental; Karlin et al., Algorithmica 11, 1994). Work gathers on those awake;
/// what they cannot carry while others wake is not served. Types without a sleep state stay awake. Pure but for its counts; for one caller.
/// </remarks>
public sealed class SleepControl
{
    private readonly FacilityModel facility;
    private readonly double fill;
    private readonly double spare;
    private readonly int[] awake;
    private readonly int[] waking;
    private readonly int[] surplus; // The least surplus since it began.
    private readonly double[] surplusSeconds;
    private readonly double[] breakEven;
    private readonly List<Transition> transitions = [];

    /// <summary>Makes a controller; every server is awake.</summary>
    /// <param name="facility">The facility.</param>
    /// <param name="fill">How far servers are filled, above 0 to 1.</param>
    /// <param name="spare">The share of servers that stay awake beyond the need, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of its range.</exception>
    public SleepControl(FacilityModel facility, double fill, double spare)
    {
        (this.facility, this.fill, this.spare) = (facility, Require.Share(Require.Positive(fill)), Require.Share(spare));
        awake = [.. facility.Blocks.Select(static block => block.Count)];
        (waking, surplus, surplusSeconds) = (new int[awake.Length], new int[awake.Length], new double[awake.Length]);
        breakEven = [.. facility.Blocks.Select(static block => block.Type.Sleep?.BreakEvenSeconds(block.Type.Draw(block.Type.Power.IdleWatts, 20).Wall) ?? double.PositiveInfinity)];
    }

    /// <summary>How many servers were woken so far.</summary>
    public long Wakes { get; private set; }

    /// <summary>How many servers sleep now; those on their way are not among them.</summary>
    public int Asleep { get; private set; }

    /// <summary>Takes the load, and sets who is awake, on the way, and how busy.</summary>
    /// <param name="state">Its utilisation is that of all servers of a block; it becomes that of those awake.</param>
    /// <param name="seconds">The time since the last step, in seconds.</param>
    /// <returns>The work that was not served, in servers wholly busy at their rated power: watts.</returns>
    public double Step(FacilityState state, double seconds)
    {
        Arrive(seconds);
        state.Transit.AsSpan().Clear();
        state.TransitWatts.AsSpan().Clear();
        var (unserved, asleep) = (0.0, 0);
        for (var i = 0; i < awake.Length; i++)
        {
            var block = facility.Blocks[i];
            var load = block.Count * state.Utilisation[i];
            if (block.Type.Sleep is { } sleep)
            {
                Decide(i, sleep, Math.Min(block.Count, (int)Math.Ceiling(load / fill) + (int)Math.Ceiling(block.Count * spare)), seconds);
            }

            var served = Math.Min(load, awake[i]);
            unserved += (load - served) * block.Type.Power.MaxWatts;
            (state.Awake[i], state.Utilisation[i]) = (awake[i], awake[i] > 0 ? served / awake[i] : 0);
            asleep += block.Count - awake[i];
        }

        foreach (var transition in transitions)
        {
            state.Transit[transition.Block] += transition.Servers;
            state.TransitWatts[transition.Block] += transition.Servers * transition.Watts;
            asleep -= transition.Servers;
        }

        Asleep = asleep;
        return unserved;
    }

    private void Arrive(double seconds)
    {
        for (var i = transitions.Count - 1; i >= 0; i--)
        {
            var left = transitions[i] with { Seconds = transitions[i].Seconds - seconds };
            transitions[i] = left;
            if (left.Seconds > 0)
            {
                continue;
            }

            if (left.IsUp)
            {
                awake[left.Block] += left.Servers;
                waking[left.Block] -= left.Servers;
            }

            transitions.RemoveAt(i);
        }
    }

    private void Decide(int block, SleepState sleep, int needed, double seconds)
    {
        var there = awake[block] + waking[block];
        if (needed >= there)
        {
            surplusSeconds[block] = 0;
            var down = transitions.Where(t => t.Block == block && !t.IsUp).Sum(static t => t.Servers);
            var missing = Math.Min(needed - there, facility.Blocks[block].Count - there - down);
            if (missing > 0)
            {
                transitions.Add(new(block, missing, sleep.UpSeconds, sleep.UpWatts, IsUp: true));
                waking[block] += missing;
                Wakes += missing;
            }

            return;
        }

        surplus[block] = surplusSeconds[block] == 0 ? there - needed : Math.Min(surplus[block], there - needed);
        surplusSeconds[block] += seconds;
        var leaving = Math.Min(surplus[block], awake[block]);
        if (surplusSeconds[block] > breakEven[block] && leaving > 0)
        {
            transitions.Add(new(block, leaving, sleep.DownSeconds, sleep.DownWatts, IsUp: false));
            awake[block] -= leaving;
            surplusSeconds[block] = 0;
        }
    }

    private readonly record struct Transition(int Block, int Servers, double Seconds, double Watts, bool IsUp);
}
