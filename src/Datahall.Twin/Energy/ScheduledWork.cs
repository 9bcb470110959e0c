using System.Globalization;
using Datahall.Control.Agents;
using Datahall.Control.Core;
using Datahall.Control.Energy;
using Datahall.Control.Inputs;
using Datahall.Energy.Facility;
using Datahall.Model;
using Datahall.Twin.Traces;
using Datahall.Twin.Traces.Jobs;

namespace Datahall.Twin.Energy;

/// <summary>Jobs on the servers of a site, under the real core: it takes each job in when it comes, and places, holds back and stops as it would live.</summary>
/// <remarks>
/// Servers never fail and messages take no time, so nothing is stored: the fault simulation is where things break. A job of more GPUs than a server has becomes a
/// gang of whole servers. Agents are the real ones' decisions; processes run for the trace's time, longer while power caps slow them.
/// </remarks>
internal sealed class ScheduledWork
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Agents do not beat here: a beat each second of a thousand servers would take a hundred times as long as the work, and says nothing new.
    private static readonly Duration Silence = Duration.FromSeconds(100L * 365 * 86_400);

    private readonly ControlCore core;
    private readonly Dictionary<string, ScheduledServer> servers;
    private readonly PriorityQueue<ScheduledAttempt, double> ends = new();
    private readonly IReadOnlyList<TraceJob> jobs;
    private readonly Dictionary<string, ScheduledJob> lives = new(StringComparer.Ordinal);
    private readonly double[] held; // Servers' worth of held devices, by block.
    private readonly double utilisation;
    private readonly int largest;
    private int arrived;
    private int started;
    private double now;
    private readonly double[] rates;
    private double notBefore;

    private ScheduledWork(ScenarioWorld world, int group, string placement)
    {
        var (site, facility) = (world.Site, world.Facility);
        (jobs, utilisation, held, rates) = (world.Jobs, world.Load.Groups[group].Jobs!.Utilisation, new double[facility.Blocks.Count], new double[facility.Blocks.Count]);
        Array.Fill(rates, 1);
        servers = new(StringComparer.Ordinal);
        for (var i = 0; i < facility.Blocks.Count; i++)
        {
            for (var n = 0; world.Load.GroupOfBlock[i] == group && facility.Blocks[i].Type.Capacity is { Gpus: > 0 } && n < facility.Blocks[i].Count; n++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"server-{servers.Count:0000}");
                servers.Add(name, new(name, i, facility.Blocks[i]));
            }
        }

        largest = servers.Values.Select(static server => server.Gpus).DefaultIfEmpty(0).Max();
        core = new(new() { Policy = placement, Lease = Silence, Heartbeat = Silence }, new(new("twin"), 0, 0, []), Start);
        core.Step([new Apply([site with { Revision = 0 }, .. servers.Values.Select(server => server.Resource(site.Name))])], Start);
        Settle(core.Step([.. servers.Values.Select(static server => new Register(server.Registration))], Start), servers.Values);
    }

    /// <summary>Puts the jobs of a scenario before a core.</summary>
    /// <param name="world">The scenario; one of its groups has jobs.</param>
    /// <param name="placement">The policy that places them, as for <c>datahall up --policy</c>.</param>
    /// <exception cref="TraceException">No server has a capacity with GPUs, a job can never fit, or there is no such policy.</exception>
    public static ScheduledWork Of(ScenarioWorld world, string placement)
    {
        var group = world.Load.JobGroup;
        ScheduledWork work;
        try
        {
            work = new(world, group, placement);
        }
        catch (ArgumentException e)
        {
            throw new TraceException($"placement: {e.Message}");
        }

        if (work.largest == 0)
        {
            throw new TraceException($"spec.workload[{group}].jobs: none of its servers has a capacity with GPUs; use servers of the catalogue, or add capacity: {{cpu: 64, memory: 1Ti, gpus: 8, gpuModel: H100}} to the type");
        }

        var all = work.servers.Values.Sum(static server => server.Gpus);
        return world.Jobs.FirstOrDefault(job => job.Gpus > all) is { } large
            ? throw new TraceException(string.Create(CultureInfo.InvariantCulture, $"spec.workload[{group}].jobs: job {large.Name} asks {large.Gpus} GPUs, and the servers have {all} together"))
            : work;
    }

    /// <summary>Tells the core what one more watt costs in each block of servers.</summary>
    /// <param name="prices">In W/W. Shape [blocks].</param>
    public void Price(ReadOnlySpan<double> prices)
    {
        var list = new List<NodeEnergyPrice>(servers.Count);
        foreach (var server in servers.Values)
        {
            list.Add(new(server.Name, prices[server.Block]));
        }

        Settle(core.Step([new SetEnergyPrices(new(list, []))], Time), []);
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="seconds">Until when, in seconds from the start.</param>
    /// <param name="rates">How much work is done in a second until then: 1 without power caps. Shape [blocks].</param>
    public void Advance(double seconds, ReadOnlySpan<double> rates)
    {
        Retime(rates);
        while (Next(seconds) is { } next)
        {
            now = Math.Max(now, next);
            if (arrived < jobs.Count && jobs[arrived].SubmittedSeconds <= now)
            {
                Submit(jobs[arrived++]);
            }
            else if (ends.TryPeek(out _, out var end) && end <= now)
            {
                End();
            }
            else
            {
                Settle(core.Step([], Time), []);
                notBefore = now + 1; // As the host: without news a step each second at most.
            }
        }

        now = seconds;
    }

    /// <summary>Sets the utilisation of the blocks whose servers take the jobs. Allocates nothing.</summary>
    /// <param name="blocks">The servers.</param>
    /// <param name="shares">Receives it, from 0 to 1. Shape [blocks].</param>
    public void Utilisation(IReadOnlyList<ServerBlock> blocks, Span<double> shares)
    {
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = held[i] > 0 ? utilisation * held[i] / blocks[i].Count : shares[i];
        }
    }

    /// <summary>What came of the jobs so far.</summary>
    public JobTally Tally { get; } = new();

    private DateTimeOffset Time => Start.AddSeconds(now);

    private double? Next(double until)
    {
        var next = arrived < jobs.Count ? jobs[arrived].SubmittedSeconds : double.PositiveInfinity;
        next = ends.TryPeek(out _, out var end) ? Math.Min(next, end) : next;
        next = core.Due is { } due ? Math.Min(next, Math.Max(notBefore, (due - Start).TotalSeconds)) : next;
        return next < until ? next : null;
    }

    // Work already done stays done; what is left takes longer or shorter.
    private void Retime(ReadOnlySpan<double> next)
    {
        if (next.SequenceEqual(rates))
        {
            return;
        }

        var running = ends.UnorderedItems.Select(static item => item.Element).Where(static attempt => attempt.Runs).OrderBy(static attempt => attempt.Order).ToList();
        ends.Clear();
        foreach (var attempt in running)
        {
            attempt.Left = Math.Max(0, attempt.Left - ((now - attempt.Since) * rates[attempt.Server.Block]));
            attempt.Since = now;
            ends.Enqueue(attempt, now + (attempt.Left / next[attempt.Server.Block]));
        }

        next.CopyTo(rates);
    }

    private void Submit(TraceJob job)
    {
        var tasks = (job.Gpus + largest - 1) / largest;
        var name = string.Create(CultureInfo.InvariantCulture, $"job-{job.Index}");
        var gpus = (job.Gpus + tasks - 1) / tasks;
        lives.Add(name, new(job, now) { Left = tasks });
        Tally.Submitted++;
        Settle(core.Step([new Apply([JobOf(name, tasks, gpus)])], Time), []);
    }

    private static Job JobOf(string name, int tasks, int gpus) => new()
    {
        Name = name,
        Spec = new()
        {
            Roles =
            [
                new()
                {
                    Name = "worker",
                    Replicas = tasks,
                    Resources = new() { Cpu = new(1000L * gpus), Memory = new((long)gpus << 30), Gpu = new(1000L * gpus) },
                    Run = new() { Process = new() { Command = ["train"] } },
                },
            ],
            Keep = Duration.FromSeconds(1),
        },
    };

    // All that end at one moment are one step: a gang ends as one.
    private void End()
    {
        var changed = new HashSet<ScheduledServer>();
        while (ends.TryPeek(out var attempt, out var end) && end <= now)
        {
            ends.Dequeue();
            if (attempt.Runs)
            {
                Finish(attempt);
                attempt.Server.Agent.OnRuntime(attempt.Report with { State = AttemptState.Ended, ExitCode = 0 });
                changed.Add(attempt.Server);
            }
        }

        Settle(null, changed);
    }

    private void Finish(ScheduledAttempt attempt)
    {
        Release(attempt);
        var life = lives[attempt.Job];
        if (--life.Left == 0)
        {
            lives.Remove(attempt.Job);
            Tally.Finished(life.Started - life.Submitted, now - life.Submitted, life.Job.Seconds);
        }
    }

    private void Release(ScheduledAttempt attempt)
    {
        attempt.Runs = false;
        attempt.Server.Running.Remove(new(attempt.Report.Task, attempt.Report.Fence));
        held[attempt.Server.Block] -= attempt.Share;
    }

    // Orders go out and reports come in until nobody has anything new to say.
    private void Settle(Step? step, IEnumerable<ScheduledServer> news)
    {
        var changed = new HashSet<ScheduledServer>(news);
        while (true)
        {
            foreach (var name in step?.Nodes ?? [])
            {
                if (core.DesiredFor(name) is { } desired && Do(servers[name], servers[name].Agent.OnDesired(desired)))
                {
                    changed.Add(servers[name]);
                }
            }

            if (changed.Count == 0)
            {
                return;
            }

            List<ScheduledServer> reporting = [.. changed.OrderBy(static server => server.Name, StringComparer.Ordinal)];
            changed.Clear();
            step = core.Step([.. reporting.Select(static server => new Report(server.Agent.Report()))], Time);
            for (var i = 0; i < reporting.Count; i++)
            {
                reporting[i].Agent.OnAcknowledged(((Reported)step.Outcomes[i]).Answer);
            }
        }
    }

    /// <returns>Whether there is something to report.</returns>
    private bool Do(ScheduledServer server, IReadOnlyList<AgentAction> actions)
    {
        var changed = false;
        foreach (var action in actions)
        {
            if (action is StartAttempt start)
            {
                Begin(server, start.Desired);
                changed = true;
            }
            else if (action is StopAttempt stop && server.Running.TryGetValue(stop.Key, out var attempt))
            {
                Release(attempt);
                Do(server, server.Agent.OnRuntime(attempt.Report with { State = AttemptState.Ended, Signal = 15 }));
                changed = true;
            }
        }

        return changed;
    }

    private void Begin(ScheduledServer server, DesiredTask task)
    {
        var life = lives[task.Env["DATAHALL_JOB"]];
        var attempt = new ScheduledAttempt(server, task, life.Job.Seconds, now, started++);
        life.Started = now;
        server.Running.Add(new(task.Task, task.Fence), attempt);
        held[server.Block] += attempt.Share;
        ends.Enqueue(attempt, now + (attempt.Left / rates[server.Block]));
        server.Agent.OnRuntime(attempt.Report);
    }
}
