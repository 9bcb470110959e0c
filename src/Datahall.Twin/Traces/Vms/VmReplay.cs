using Datahall.Energy.Consolidation;
using Datahall.Energy.Servers;

namespace Datahall.Twin.Traces.Vms;

/// <summary>How machines are kept on hosts.</summary>
public enum VmPolicy
{
    /// <summary>Every host is on at full power.</summary>
    AllOn,

    /// <summary>Machines stay where they began; hosts without any are off, the others draw by their load.</summary>
    Stay,

    /// <summary>Machines are gathered on few hosts.</summary>
    Consolidate,
}

/// <summary>What a replay assumes.</summary>
/// <param name="Hosts">How many hosts there are, half of each type.</param>
/// <param name="BootSeconds">What waking a host takes, at its full power, in seconds; 0: it is there at once.</param>
/// <param name="CountsMemory">Whether memory limits where machines go. CloudSim's own runs count it only at the start.</param>
/// <param name="Rules">How machines are gathered.</param>
public sealed record VmReplayOptions(int Hosts, double BootSeconds, bool CountsMemory, ConsolidationRules Rules);

/// <summary>What came of a replay.</summary>
/// <param name="Joules">What the hosts took.</param>
/// <param name="Moves">How many machines went to another host.</param>
/// <param name="Wakes">How many hosts were woken.</param>
/// <param name="MeanAwake">The mean number of hosts with work.</param>
/// <param name="OverloadShare">SLATAH: the share of the hosts' time with work in which they had more than they could do.</param>
/// <param name="MoveLossShare">PDM: the share of all work lost while machines moved, a tenth of what each asks for meanwhile.</param>
/// <param name="UnservedShare">The share of all work that full hosts could not do.</param>
/// <param name="Watts">The mean power of the hosts between one sample and the next.</param>
public sealed record VmReport(
    double Joules, int Moves, int Wakes, double MeanAwake, double OverloadShare, double MoveLossShare, double UnservedShare, IReadOnlyList<double> Watts);

/// <summary>Replays virtual machines on CloudSim's hosts: HP ProLiant ML110 G4 and G5 in turn, by their SPECpower points.</summary>
/// <remarks>
/// Energy is the trapezoid of power over each sample, as CloudSim counts it. Machines move before a sample, at 62.5 MB/s; a host that was emptied stays on until
/// its last machine is gone. The first placement is first fit by full size, memory and ten machines a host (1 Gbit/s for 100 Mbit/s each).
/// </remarks>
public sealed class VmReplay
{
    private const double MegabytesPerSecond = 62.5;
    private const double MoveLoss = 0.1;
    private const int MostMachines = 10;

    private static readonly ConsolidationHost G4 = new(2 * 1860, 1860, 4096, new PointsPowerModel([86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117]));
    private static readonly ConsolidationHost G5 = new(2 * 2660, 2660, 4096, new PointsPowerModel([93.7, 97, 101, 105, 110, 116, 121, 125, 129, 133, 135]));

    private readonly VmTrace trace;
    private readonly VmReplayOptions options;
    private readonly ConsolidationHost[] hosts;
    private readonly PowerAwareConsolidation planner;
    private readonly int[] hostOf;
    private readonly double[] demand;
    private readonly bool[] isAwake;
    private readonly bool[] isBooting;
    private readonly int[] emptySteps;
    private readonly double[] busySeconds; // How long an emptied host is still needed.
    private readonly bool[] hadWork;
    private readonly List<double> watts = [];
    private int moves;
    private int wakes;
    private long awake;
    private long overloads;
    private double moveLoss;
    private double unserved;
    private double asked;

    private VmReplay(VmTrace trace, VmReplayOptions options)
    {
        (this.trace, this.options) = (trace, options);
        hosts = [.. Enumerable.Range(0, options.Hosts).Select(i => i % 2 == 0 ? G4 : G5)];
        planner = new(
            options.CountsMemory ? hosts : [.. hosts.Select(static host => host with { Memory = double.PositiveInfinity })], trace.Memory, options.Rules);
        (hostOf, demand) = (FirstFit(trace, hosts), new double[trace.Count]);
        (isAwake, isBooting) = (new bool[hosts.Length], new bool[hosts.Length]);
        (emptySteps, busySeconds, hadWork) = (new int[hosts.Length], new double[hosts.Length], new bool[hosts.Length]);
        foreach (var host in hostOf)
        {
            (isAwake[host], hadWork[host]) = (true, true);
        }
    }

    /// <summary>Replays.</summary>
    /// <param name="trace">The machines.</param>
    /// <param name="policy">How they are kept.</param>
    /// <param name="options">What is assumed.</param>
    /// <exception cref="TraceException">There are too few hosts for the machines.</exception>
    public static VmReport Run(VmTrace trace, VmPolicy policy, VmReplayOptions options)
    {
        var replay = new VmReplay(trace, options);
        for (var sample = 0; sample + 1 < trace.Samples; sample++)
        {
            replay.Take(sample);
            if (policy is VmPolicy.Consolidate)
            {
                replay.Consolidate();
            }

            replay.Spend(sample, policy);
        }

        return replay.Report();
    }

    private void Take(int sample)
    {
        for (var vm = 0; vm < demand.Length; vm++)
        {
            demand[vm] = trace.Demand(vm, sample);
            hostOf[vm] = trace.IsAlive(vm, sample) ? hostOf[vm] : -1;
            asked += demand[vm];
        }
    }

    private void Consolidate()
    {
        busySeconds.AsSpan().Clear();
        for (var host = 0; host < hosts.Length; host++)
        {
            isAwake[host] |= isBooting[host] || options.BootSeconds == 0;
            isBooting[host] = false;
        }

        foreach (var move in planner.Step(demand, hostOf, isAwake))
        {
            var seconds = trace.Memory[move.Vm] / MegabytesPerSecond;
            moves++;
            moveLoss += MoveLoss * demand[move.Vm] * seconds / VmTrace.SampleSeconds;
            busySeconds[move.From] = Math.Max(busySeconds[move.From], seconds);
        }

        foreach (var host in planner.Wakes)
        {
            isBooting[host] = true;
            wakes++;
        }
    }

    private void Spend(int sample, VmPolicy policy)
    {
        var (now, next) = (new double[hosts.Length], new double[hosts.Length]);
        var machines = new int[hosts.Length];
        for (var vm = 0; vm < hostOf.Length; vm++)
        {
            if (hostOf[vm] is >= 0 and var host)
            {
                machines[host]++;
                now[host] += demand[vm];
                next[host] += trace.Demand(vm, sample + 1);
            }
        }

        var joules = 0.0;
        for (var host = 0; host < hosts.Length; host++)
        {
            wakes += options.BootSeconds == 0 && machines[host] > 0 && !hadWork[host] ? 1 : 0;
            hadWork[host] = machines[host] > 0;
            joules += policy is VmPolicy.AllOn ? hosts[host].Power.MaxWatts * VmTrace.SampleSeconds : Joules(host, machines[host], now[host], next[host]);
            awake += machines[host] > 0 ? 1 : 0;
            overloads += now[host] > hosts[host].Capacity ? 1 : 0;
            unserved += Math.Max(0, now[host] - hosts[host].Capacity);
        }

        watts.Add(joules / VmTrace.SampleSeconds);
    }

    private double Joules(int host, int machines, double now, double next)
    {
        var type = hosts[host];
        emptySteps[host] = machines > 0 ? 0 : emptySteps[host] + 1;
        if (machines > 0)
        {
            return (Watts(now) + Watts(next)) / 2 * VmTrace.SampleSeconds;
        }

        if (isBooting[host])
        {
            emptySteps[host] = 0;
            return (type.Power.MaxWatts * options.BootSeconds) + (type.Power.IdleWatts * (VmTrace.SampleSeconds - options.BootSeconds));
        }

        // Without a boot time there is no reason to wait. A host that was woken and not used waits too.
        var waits = isAwake[host] && options.BootSeconds > 0 && emptySteps[host] <= options.Rules.EmptySteps;
        isAwake[host] = waits;
        return type.Power.IdleWatts * (waits ? VmTrace.SampleSeconds : busySeconds[host]);

        double Watts(double load) => type.Power.Watts(Math.Min(1, load / type.Capacity));
    }

    private VmReport Report()
    {
        var steps = trace.Samples - 1;
        return new(
            watts.Sum() * VmTrace.SampleSeconds,
            moves,
            wakes,
            (double)awake / steps,
            awake > 0 ? (double)overloads / awake : 0,
            asked > 0 ? moveLoss / asked : 0,
            asked > 0 ? unserved / asked : 0,
            watts);
    }

    private static int[] FirstFit(VmTrace trace, ConsolidationHost[] hosts)
    {
        var (speed, memory, count) = (new double[hosts.Length], new double[hosts.Length], new int[hosts.Length]);
        var places = new int[trace.Count];
        for (var vm = 0; vm < places.Length; vm++)
        {
            var (size, megabytes) = (trace.Size[vm], trace.Memory[vm]);
            var host = Array.FindIndex(Enumerable.Range(0, hosts.Length).ToArray(), i => hosts[i].LargestDemand >= size
                && speed[i] + size <= hosts[i].Capacity && memory[i] + megabytes <= hosts[i].Memory && count[i] < MostMachines);
            if (host < 0)
            {
                throw new TraceException($"machine {vm + 1} of {places.Length}, {size} MIPS with {megabytes} MB, fits on none of {hosts.Length} hosts any more; give more hosts");
            }

            (places[vm], speed[host], memory[host], count[host]) = (host, speed[host] + size, memory[host] + megabytes, count[host] + 1);
        }

        return places;
    }
}
