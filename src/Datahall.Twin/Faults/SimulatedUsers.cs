using Datahall.Control.Energy;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Twin.Time;
using Datahall.Twin.World;

namespace Datahall.Twin.Faults;

/// <summary>People who apply, change and delete work, and who try again when no answer comes.</summary>
internal sealed class SimulatedUsers(VirtualTime time, SimulatedNetwork network, SimRandom random, SimulatedControlPlane control, IReadOnlyList<string> nodes)
{
    private readonly SimulatedAlerts alerts = new(random, time, nodes);
    private readonly List<string> jobs = [];
    private readonly List<string> services = [];
    private int made;

    /// <summary>What exists since it was acknowledged, and must not get lost.</summary>
    public SortedSet<ResourceKey> Acknowledged { get; } = new(ResourceKey.Order);

    /// <summary>Jobs that go by themselves some time after they have ended.</summary>
    public HashSet<string> Expiring { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether people go on doing things.</summary>
    public bool Busy { get; set; } = true;

    /// <summary>Requests that were not answered yet.</summary>
    public int Open { get; private set; }

    public void Start()
    {
        Ask(new Apply([.. Queues(), Profile(), Site(), .. Places()]), null);
        time.After(random.Upto(TimeSpan.FromSeconds(5)), Act);
    }

    /// <summary>Takes back every cordon and drain.</summary>
    public void OpenNodes()
    {
        foreach (var node in nodes)
        {
            Ask(new SetNodeMode(node, NodeMode.Open), null);
            Ask(new SetNodePower(node, PowerMode.Auto, Drain: false), null);
        }
    }

    /// <summary>Promotes whatever waits for a person.</summary>
    public void PromotePaused()
    {
        foreach (var name in services)
        {
            if (control.Core?.Find(new(ResourceKinds.Service, name)) is Service { Status: { Rollout: { Stage: RolloutStage.Stepping, Since: not null } rollout } status } service
                && rollout.Step <= service.Spec.Rollout.Steps.Count && service.Spec.Rollout.Steps[rollout.Step - 1].Pause)
            {
                Ask(new PromoteRollout(name, Version: status.Target.Number, Step: rollout.Step), null);
            }
        }
    }

    private void Act()
    {
        if (!Busy)
        {
            return;
        }

        switch (random.Below(20))
        {
            case 0 or 1 or 2 or 3:
                Make(NewJob());
                break;
            case 4 or 5:
                Make(NewService());
                break;
            case 6 or 7 or 14 or 15 when services.Count > 0:
                ChangeService(random.Pick(services));
                break;
            case 8 when jobs.Count > 0:
                Remove();
                break;
            case 9 when random.Chance(0.2):
                Ask(new Apply([Site()]), null);
                break;
            case 10:
                Ask(new SetEnergyPrices(new([.. nodes.Select(node => new NodeEnergyPrice(node, 1 + (random.Between(0, 10) / 10.0)))], [])), null);
                break;
            case 11 when jobs.Count > 0:
                Charge(random.Pick(jobs));
                break;
            case 12 when random.Chance(0.5):
                Ask(new SetNodePower(random.Pick(nodes), random.Pick([PowerMode.Asleep, PowerMode.Auto, PowerMode.Awake]), random.Chance(0.7)), null);
                break;
            case 13:
                Cap();
                break;
            case 16:
                NoteFailure();
                break;
            case 17 or 18 or 19:
                Ask(alerts.Next(jobs, OpenIncidents()), null);
                break;
            default:
                Ask(new SetNodeMode(random.Pick(nodes), random.Pick([NodeMode.Open, NodeMode.Open, NodeMode.Cordoned, NodeMode.Draining])), null);
                break;
        }

        time.After(random.Upto(TimeSpan.FromSeconds(12)), Act);
    }

    private void ChangeService(string name) => Ask(
        random.Below(5) switch
        {
            0 => new Scale(name, random.Between(0, 3)),
            1 => new PromoteRollout(name, random.Chance(0.2)),
            2 when random.Chance(0.5) => new AbortRollout(name),
            _ => new Apply([ServiceOf(name, random.Pick(["serve", "serve2", "serve3", "broken", SimulatedGateways.Failing]))]),
        },
        null);

    private List<string> OpenIncidents() =>
        [.. (control.Core?.Resources ?? []).OfType<Incident>().Where(static incident => incident.Status.Resolved is null).Select(static incident => incident.Name).Order(StringComparer.Ordinal)];

    // By hand, or as the guard of a site does.
    private void Cap() => Ask(
        random.Chance(0.5)
            ? new CapNode(random.Pick(nodes), AnyCap())
            : new SetAutomaticCaps([.. nodes.Where(_ => random.Chance(0.5)).Select(node => new AutomaticCapChange(node, AnyCap(), "the rack is full"))]),
        null);

    private Watts? AnyCap() => random.Chance(0.6) ? new Watts(random.Between(200, 1000)) : null;

    private void Make(Resource resource)
    {
        (resource is Job ? jobs : services).Add(resource.Name);
        if (resource is Job { Spec.Keep: { Milliseconds: < 3_600_000 } })
        {
            Expiring.Add(resource.Name);
        }

        Ask(new Apply([resource]), () =>
        {
            if (jobs.Contains(resource.Name) || services.Contains(resource.Name))
            {
                Acknowledged.Add(resource.Key); // Unless somebody has asked to remove it since.
            }
        });
    }

    // The energy side: it charges what it knows, and may be late.
    private void Charge(string job)
    {
        var key = new ResourceKey(ResourceKinds.Job, job);
        if (control.Core?.Find(key) is { Created: { } created })
        {
            Ask(new RecordEnergy([new(key, created, new() { Since = created, Through = created.AddSeconds(random.Between(1, 100)), ItKilowattHours = random.Between(0, 100) })]), null);
        }
    }

    // The reader of logs: what it saw may be older than the task.
    private void NoteFailure()
    {
        List<TaskResource> tried = [.. (control.Core?.Resources ?? []).OfType<TaskResource>().Where(static task => task.Status.Fence > 0).OrderBy(static task => task.Name, StringComparer.Ordinal)];
        if (tried.Count > 0)
        {
            var task = random.Pick(tried);
            var (attempt, fence) = random.Chance(0.2) ? (task.Status.Attempt + 1, task.Status.Fence + 1) : (task.Status.Attempt, task.Status.Fence);
            Ask(new NoteFailure(task.Name, new() { Attempt = attempt, Fence = fence, Node = random.Pick(nodes), LastLines = ["line"] }), null);
        }
    }

    private void Remove()
    {
        var job = random.Pick(jobs);
        var key = new ResourceKey(ResourceKinds.Job, job);
        Acknowledged.Remove(key); // From here on it may be gone at any time.
        jobs.Remove(job);
        Ask(random.Chance(0.5) ? new Cancel(job) : new Delete(key, Force: false), null);
    }

    // Asks until there is an answer: every request may be made twice.
    private void Ask(Input input, Action? accepted)
    {
        Open++;
        var answered = false;
        Try();

        void Try()
        {
            if (answered)
            {
                return;
            }

            network.Send("user", () => control.Receive(input, "user", outcome =>
            {
                if (!answered && outcome is Accepted)
                {
                    accepted?.Invoke();
                }

                Open -= answered ? 0 : 1;
                answered = true;
            }));
            time.After(TimeSpan.FromSeconds(4), Try);
        }
    }

    private IEnumerable<Queue> Queues() =>
    [
        new() { Name = "research", Spec = new() { Weight = random.Pick([1.0, 3.0]) } },
        new() { Name = "lab", Spec = new() { Parent = "research", Limit = new() { Cpu = new(random.Pick([1000, 3000])) } } },
        new() { Name = "prod", Spec = new() { Guarantee = new() { Cpu = new(random.Pick([500, 2000])), Gpu = new(1000) } } },
    ];

    private SchedulerProfile Profile() => new()
    {
        Name = SchedulerProfile.Default,
        Spec = new()
        {
            Order = random.Pick([null, null, "srsf", "las", "datahall"]),
            Backfill = new() { Reservations = random.Pick([0, 1, 1, 3]) },
            Sleep = random.Chance(0.4)
                ? new() { Idle = Duration.FromSeconds(random.Pick([1, 10, 30])), Spare = random.Between(0, 2), AtOnce = random.Between(1, 3), WakeTimeout = Duration.FromSeconds(random.Pick([20, 60, 600])) }
                : null,
            Preemption = new() { Priority = random.Chance(0.8), Reclaim = random.Chance(0.8), Order = random.Chance(0.5), MinRuntime = Duration.FromSeconds(random.Pick([0, 0, 20])) },
        },
    };

    // A life begins a minute before one o'clock.
    private Site Site() => new()
    {
        Name = "hall",
        Spec = new()
        {
            Feeds = [new() { Name = "f", Kind = FeedKind.Pdu, Rating = new(100_000) }],
            Halls = [new() { Name = "h", Racks = [new() { Name = "r0", Feed = "f" }, new() { Name = "r1", Feed = "f" }] }],
            Tariff = new() { Price = 0.3, Periods = [new() { From = 1, To = random.Pick([2, 24]), Price = random.Pick([0.1, 0.1, 0.5]) }] },
        },
    };

    // In two racks of one feed, so that what fails together has something in common.
    private IEnumerable<Node> Places() =>
        nodes.Select(static (node, i) => new Node { Name = node, Spec = new() { Location = new() { Site = "hall", Hall = "h", Rack = $"r{i % 2}" } } });

    private FlexibleSpec? Flexible(bool mayBeInterrupted) => random.Chance(0.3)
        ? new() { Within = Duration.FromSeconds(random.Between(10, 600)), Interruptible = mayBeInterrupted && random.Chance(0.7) }
        : null;

    private DisruptionSpec Disruption() => new()
    {
        Movable = random.Chance(0.3),
        Preemptible = random.Chance(0.8),
        MinRuntime = Duration.FromSeconds(random.Pick([0, 0, 0, 10])),
        MaxUnavailable = random.Between(0, 2),
    };

    private ReplicaRange Replicas()
    {
        var min = random.Between(1, 3);
        return new(min, random.Chance(0.2) ? min + random.Between(1, 3) : min);
    }

    private string Queue() => random.Pick([Model.Queue.Default, Model.Queue.Default, "research", "lab", "prod"]);

    private Job NewJob()
    {
        var roles = random.Between(1, 2);
        Duration? duration = random.Chance(0.4) ? Duration.FromSeconds(random.Between(1, 120)) : null;
        var checkpoint = random.Chance(0.2) ? new CheckpointSpec { Path = "checkpoint", Interval = Duration.FromSeconds(1) } : null;
        return new()
        {
            Name = $"job{made++}",
            Spec = new()
            {
                Queue = Queue(),
                Priority = random.Pick([0, 0, 10]),
                Duration = duration,
                Disruption = Disruption(),
                Checkpoint = checkpoint,
                Flexible = Flexible(duration is not null && checkpoint is not null),
                Gang = random.Pick([GangMode.All, GangMode.All, GangMode.Role, GangMode.None]),
                Roles =
                [
                    .. Enumerable.Range(0, roles).Select(r => new RoleSpec
                    {
                        Name = $"r{r}",
                        Replicas = Replicas(),
                        Daemon = r == 1 && random.Chance(0.3),
                        Resources = Needs(),
                        Run = Program(r == 1 ? "forever" : "work"),
                    }),
                ],
                Restart = new() { Limit = random.Pick([0, 3, 100]), Backoff = Duration.FromSeconds(1), MaxBackoff = Duration.FromSeconds(8) },
                Deadline = roles == 2 || random.Chance(0.2) ? Duration.FromSeconds(random.Between(20, 200)) : null,
                Keep = random.Chance(0.2) ? Duration.FromSeconds(30) : new(7 * 86_400_000L),
            },
        };
    }

    private Service NewService() => ServiceOf($"svc{made++}", "serve");

    private Service ServiceOf(string name, string program) => SimulatedServices.Draw(random, name, program, Queue(), Disruption());

    private Resources Needs() => new()
    {
        Cpu = new(random.Pick([250, 500, 1000])),
        Memory = new(1L << 30),
        Gpu = new(random.Pick([0, 0, 0, 300, 500, 1000])),
    };

    private static Run Program(string name) => new() { Process = new() { Command = [name] } };
}
