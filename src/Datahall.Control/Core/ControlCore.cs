using Datahall.Control.Agents;
using Datahall.Control.Applying;
using Datahall.Control.Capping;
using Datahall.Control.Energy;
using Datahall.Control.Explaining;
using Datahall.Control.Incidents;
using Datahall.Control.Inputs;
using Datahall.Control.Jobs;
using Datahall.Control.Nodes;
using Datahall.Control.Placing;
using Datahall.Control.Planning;
using Datahall.Control.Proposals;
using Datahall.Control.Queues;
using Datahall.Control.Scaling;
using Datahall.Control.Services;
using Datahall.Control.Shifting;
using Datahall.Control.Sleeping;
using Datahall.Control.Tasks;
using Datahall.Control.Traffic;
using Datahall.Model;
using Datahall.Scheduling.Backfill;
using Datahall.Scheduling.Batch;

namespace Datahall.Control.Core;

/// <summary>The core: one deterministic state machine over the resources. The same inputs at the same times make the same decisions.</summary>
/// <remarks>
/// Not safe for concurrent use: one caller drives it. The caller commits the step's batch before it releases the outcomes and
/// the orders to nodes; when the commit fails it calls <see cref="Undo"/>. The caller also steps at <see cref="Due"/>, and at least every
/// second, without input.
/// </remarks>
public sealed class ControlCore
{
    private readonly CoreState state;
    private readonly NodeLeases leases;
    private readonly NodeCaps caps;
    private readonly NodeLifecycle nodes;
    private readonly JobLifecycle jobs;
    private readonly ServiceLifecycle services;
    private readonly Rollouts rollouts;
    private readonly Autoscaling scaling;
    private readonly FlexibleStarts flexible;
    private readonly NodeSleep sleep;
    private readonly SleepPolicy sleepPolicy;
    private readonly ReservationBook book;
    private readonly PlacementPass placing;
    private readonly GangMending mending;
    private readonly ApplyInput apply;
    private readonly DeleteInput delete;
    private readonly DesiredOrders orders;
    private readonly QueueUsage usage;
    private readonly ProposalIntake proposals;
    private readonly EnergyIntake energy;
    private readonly FailureNotes failures;
    private readonly TrafficBook traffic;
    private readonly TrafficIntake observations;
    private readonly DeviceUseBook devices = new();
    private readonly Draining draining;
    private readonly ProblemReader problems;
    private readonly QueueReport queues;
    private readonly Planner planner;
    private readonly IncidentBook incidents;
    private readonly CoreOptions options;
    private readonly string storeIdentity;
    private readonly Explainer explainer;

    /// <summary>Takes up the state that a store holds.</summary>
    /// <exception cref="ArgumentException">The options name a policy that does not exist.</exception>
    public ControlCore(CoreOptions options, CoreStart start, DateTimeOffset now)
    {
        state = new(start, now, options.Mix);
        leases = new(options);
        traffic = new(now);
        draining = new(state, traffic);
        observations = new(state, traffic, draining);
        var tasks = new TaskLifecycle(state, traffic);
        var restarts = new JobRestarts(state, tasks);
        var ends = new AttemptEnds(state, tasks, restarts);
        caps = new(state);
        nodes = new(state, leases, tasks, ends, restarts, caps, options, start.StoreIdentity);
        var times = new RunTimes(state);
        var hours = new EnergyHours(state, times);
        flexible = new(state, hours, tasks, restarts);
        jobs = new(state, tasks, flexible);
        scaling = new(state, traffic, devices);
        rollouts = new(state, new(traffic));
        services = new(state, tasks, new(state, traffic, tasks), rollouts);
        var settings = new SchedulingSettings(state, options.Policy);
        var trial = new GangTrial(state, settings, options.Seed);
        var waiting = new WaitingLine(state, settings, times);
        var running = new RunningWork(state, times, settings);
        book = new(state, trial);
        var preemptor = new Preemptor(state, settings, trial, waiting, running, book, tasks);
        var forecaster = new Forecaster(state, running, book);
        placing = new(state, tasks, settings, trial, times, waiting, preemptor, new(state, settings, running, book), book, new(state));
        mending = new(state, tasks, trial);
        sleep = new(state, nodes, settings, options);
        sleepPolicy = new(state, settings, trial, waiting, sleep);
        usage = new(state, settings);
        proposals = new(state, tasks, trial, running, book);
        energy = new(state);
        incidents = new(state);
        failures = new(state, incidents);
        problems = new(state, trial, running, book);
        queues = new(state, trial);
        planner = new(state, forecaster, running);
        explainer = new(state, scaling, new(state, trial, forecaster, book, times, waiting, preemptor, sleepPolicy), new(state, trial, settings));
        (this.options, storeIdentity) = (options, start.StoreIdentity);
        apply = new(state, nodes, flexible, hours);
        delete = new(state, jobs, services, nodes, leases);
        orders = new(state);
        foreach (var node in state.All.OfType<Node>().Where(n => n.Status?.Phase is NodePhase.Ready or NodePhase.Joining or NodePhase.Leaving))
        {
            leases.Resume(node.Name, now, start.Revision);
        }
    }

    /// <summary>The revision of the last step that changed something.</summary>
    public long Revision => state.Revision;

    /// <summary>When a step is due although no input came; null: never.</summary>
    public DateTimeOffset? Due => Earlier(Earlier(state.Indexes.Timers.Next, leases.Next), Earlier(scaling.NextLook, Earlier(placing.NextLook, sleepPolicy.NextLook)));

    /// <summary>All resources, in no particular order.</summary>
    public IEnumerable<Resource> Resources => state.All;

    /// <summary>The room that is kept for gangs which cannot start yet.</summary>
    public IReadOnlyList<Reservation> Reservations => [.. book.All];

    /// <summary>One resource as the last step left it, or null.</summary>
    public Resource? Find(ResourceKey key) => state.Find(key);

    /// <summary>How each queue stands, by name.</summary>
    public IReadOnlyList<QueueStanding> Queues => queues.Make();

    /// <summary>What is needed to think about placements beside the core; the answer comes back as <see cref="Propose"/>.</summary>
    public PlacementProblem Problem => problems.Read();

    /// <summary>What the gateways saw of a service in the last time, 10 minutes at most; null when there is no such service.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="window">How far back.</param>
    public ServiceLoad? TrafficOf(string service, TimeSpan window) => state.Service(service) is { } known ? traffic.Over(known, window) : null;

    /// <summary>What the gateways said last of a service; null when there is no such service.</summary>
    public CurrentLoad? LoadOf(string service) => state.Service(service) is { } known ? traffic.Now(known) : null;

    /// <summary>Decides about inputs, in order, as one step that is committed as one batch.</summary>
    /// <param name="inputs">What happened; empty when only time has passed.</param>
    /// <param name="now">The time; when it is earlier than the last step's, that one's is taken.</param>
    public Step Step(IReadOnlyList<Input> inputs, DateTimeOffset now)
    {
        state.Begin(now > state.Now ? now : state.Now);
        placing.Begin();
        energy.Begin();
        incidents.Begin();
        traffic.Begin(state.Now);
        devices.Begin(state.Now);
        scaling.Begin();
        state.Agenda.RoomGrew = placing.IsDue;
        leases.Advance(state.Now);
        var outcomes = new Outcome[inputs.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = Take(inputs[i]);
        }

        draining.Look();
        nodes.Expire();
        TakeDue();
        scaling.Run();
        Settle();
        foreach (var node in state.Agenda.Nodes)
        {
            leases.Find(node)?.DesiredRevision = state.NextRevision;
        }

        state.Agenda.Resend.UnionWith(state.Agenda.Nodes);
        string[] told = [.. state.Agenda.Resend];
        return new(state.End(), outcomes, told);
    }

    /// <summary>Takes back the last step, whose batch was not committed (also how a dry run ends).</summary>
    public void Undo(Step step)
    {
        state.Undo(step.Batch);
        placing.Undo();
        energy.Undo();
        traffic.Undo();
        devices.Undo();
        leases.Recheck(state.Revision);
    }

    /// <summary>Says what an apply would do: where each task would land, who would make room, when what waits would start. Changes nothing.</summary>
    public ApplyPlan Plan(Apply input, DateTimeOffset now)
    {
        var step = Step([input], now);
        var plan = planner.Read(input, step.Outcomes[0]);
        Undo(step);
        return plan;
    }

    /// <summary>Everything that the next decision is made from.</summary>
    public CoreSnapshot Snapshot(DateTimeOffset now) =>
        new(options, now > state.Now ? now : state.Now, new(storeIdentity, state.Revision, state.LastEvent, [.. state.All.OrderBy(r => r.Key, ResourceKey.Order)]) { EnergyPrices = state.Indexes.EnergyPrices });

    /// <summary>Every task that a node should have now; null when the node has no session.</summary>
    public DesiredTasks? DesiredFor(string node) => orders.For(node);

    /// <summary>Why a resource is as it is: why pending, or why on that node; null when there is no such resource.</summary>
    public Explanation? Explain(ResourceKey key) => explainer.Explain(key);

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    private Outcome Take(Input input) => input switch
    {
        Report report => nodes.Report(report.NodeReport),
        Apply manifests => apply.Take(manifests),
        Delete deletion => delete.Take(deletion),
        Cancel cancel => delete.Take(cancel),
        Scale scale => apply.Take(scale),
        SetNodeMode mode => apply.Take(mode),
        Register register => nodes.Register(register.Registration),
        Propose proposal => proposals.Take(proposal),
        SetEnergyPrices prices => energy.Take(prices),
        RecordEnergy used => energy.Take(used),
        NoteFailure note => failures.Take(note),
        SetAutomaticCaps changes => caps.Take(changes),
        CapNode cap => caps.Refuse(cap) ?? apply.Take(cap),
        PromoteRollout promotion => rollouts.Take(promotion),
        AbortRollout abortion => rollouts.Take(abortion),
        ObserveTraffic observation => observations.Take(observation),
        ObserveDevices uses => scaling.Take(uses),
        ReportAlerts or AcknowledgeIncident or ResolveIncident or AddEvidence => TakeIncident(input),
        Leave leave => nodes.Leave(leave.Node, leave.Session, leave.Reason),
        SetNodePower power => sleep.Refuse(power) ?? apply.Take(power),
        _ => throw new ArgumentException($"unknown input {input.GetType().Name}", nameof(input)),
    };

    private Outcome TakeIncident(Input input) => input switch
    {
        ReportAlerts alerts => incidents.Take(alerts),
        AcknowledgeIncident acknowledgement => incidents.Take(acknowledgement),
        ResolveIncident end => incidents.Take(end),
        _ => incidents.Take((AddEvidence)input),
    };

    private void TakeDue()
    {
        while (state.Indexes.Timers.TryTake(state.Now, out var key))
        {
            switch (state.Find(key))
            {
                case TaskResource { Status.Drain: not null } replica:
                    draining.End(replica);
                    break;
                case TaskResource task:
                    state.Agenda.FreshGangs.Add(task.GangId());
                    break;
                case Job job:
                    jobs.Due(job);
                    break;
                case Service service:
                    state.Agenda.Owners.Add(service.Key);
                    break;
                case Queue queue:
                    usage.Sample(queue);
                    break;
                case Node node:
                    state.Agenda.PowerChecks.Add(node.Name);
                    break;
                case Incident incident:
                    incidents.Expire(incident);
                    break;
            }
        }
    }

    // Owners react to their tasks and tasks to their owners, until all agree. Each round moves something forward in its life, so it ends.
    private void Settle()
    {
        if (state.Agenda.SitesChanged)
        {
            flexible.ReconsiderAll();
        }

        do
        {
            while (state.Agenda.Owners.Count > 0)
            {
                var owner = state.Agenda.Owners.Min;
                state.Agenda.Owners.Remove(owner);
                if (owner.Kind == ResourceKinds.Job)
                {
                    jobs.Reconcile(owner.Name);
                }
                else
                {
                    services.Reconcile(owner.Name);
                }
            }

            mending.Run();
            placing.Run();
            sleep.Run();
            sleepPolicy.Run();
        }
        while (state.Agenda.Owners.Count > 0 || state.Agenda.RoomGrew);

        foreach (var node in state.Agenda.Nodes)
        {
            nodes.EndLeave(node);
        }

        usage.Begin();
    }
}
