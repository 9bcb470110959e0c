using Datahall.Model;

namespace Datahall.Control.Tests.Placing;

/// <summary>A hall and people drawn from a seed: jobs of all shapes come, end, and are cancelled.</summary>
internal sealed class RandomHall
{
    private readonly Random random;
    private readonly Dictionary<string, int> gpus = new(StringComparer.Ordinal);
    private int made;

    public RandomHall(Random random, bool reversed = false, int mostReservations = 2)
    {
        this.random = random;
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            gpus[$"n{i}"] = random.Next(1, 9);
        }

        foreach (var (name, count) in reversed ? gpus.OrderBy(n => n.Key) : gpus.OrderByDescending(n => n.Key))
        {
            Hall.WithNode(name, cpus: 64, gpus: count);
        }

        var total = gpus.Values.Sum();
        Hall.Apply(
            A.Queue("a", guarantee: random.Next(0, (total / 2) + 1)),
            A.Queue("b", limit: random.Next(1, total + 1), weight: random.Next(1, 4)),
            A.Queue("b1", parent: "b"),
            new SchedulerProfile { Name = SchedulerProfile.Default, Spec = new() { Backfill = new() { Reservations = random.Next(0, mostReservations + 1) } } });
    }

    public Hall Hall { get; } = new();

    /// <summary>Somebody does something.</summary>
    public void Act()
    {
        var running = Hall.Tasks.Where(t => t.Status.Phase is TaskPhase.Running).ToList();
        switch (random.Next(10))
        {
            case < 6:
                Hall.Apply(NewJob());
                break;
            case < 9 when running.Count > 0:
                Hall.End(running[random.Next(running.Count)].Name, random.Next(10) == 0 ? 1 : 0);
                break;
            default:
                Hall.Pass(TimeSpan.FromSeconds(random.Next(1, 40)));
                break;
        }
    }

    public void CheckCapacity()
    {
        foreach (var (node, count) in gpus)
        {
            var held = new int[count];
            foreach (var task in Holding().Where(t => t.Status.Placement!.Node == node))
            {
                foreach (var device in task.Status.Placement!.Devices)
                {
                    held[device] += task.Status.Placement.MilliPerDevice;
                }
            }

            Assert.All(held, milli => Assert.InRange(milli, 0, 1000));
        }
    }

    public void CheckLimits() => Assert.All(Hall.Core.Queues, queue => Assert.All(queue.Resources, r => Assert.False(r.Held > r.Limit, $"queue {queue.Name} holds {r.Held} of {r.Limit}")));

    public void CheckGangs()
    {
        foreach (var gang in Hall.Tasks.Where(t => t.Spec is { Gang: not null, Extra: false } && t.Status.Phase is not (TaskPhase.Succeeded or TaskPhase.Failed)).GroupBy(t => t.Spec.Job))
        {
            Assert.True(gang.All(t => t.Status.Phase is TaskPhase.Pending) || gang.All(t => t.Status.Phase is not TaskPhase.Pending), $"the gang of {gang.Key} is torn");
        }
    }

    /// <summary>Jobs of one task that ask for the same in the same queue: one waits, though it may be placed, and one runs.</summary>
    public IEnumerable<(Job Waits, Job Runs)> PairsOfAlikeJobs()
    {
        var single = Hall.Tasks.Where(t => t.Spec.Rank == 0 && Hall.Job(t.Spec.Job!).Spec.Roles[0].Replicas is { Min: 1, Max: 1 }).ToList();
        return
            from waits in single
            where waits.Status is { Phase: TaskPhase.Pending, NotBefore: null }
            from runs in single
            where runs.Status.Phase is TaskPhase.Running && runs.Spec.Queue == waits.Spec.Queue && runs.Spec.Template.Resources == waits.Spec.Template.Resources
            select (Hall.Job(waits.Spec.Job!), Hall.Job(runs.Spec.Job!));
    }

    public IReadOnlyList<string> Plan() =>
        [.. Hall.Tasks.Select(t => $"{t.Name} {t.Status.Phase} {t.Status.Placement?.Node} {string.Join(',', t.Status.Placement?.Devices ?? [])} {t.Status.Message}")];

    public IReadOnlyList<string?> Explanations() => [.. Hall.Tasks.Where(t => t.Status.Phase is TaskPhase.Running).Select(t => Hall.Core.Explain(t.Key)?.Summary)];

    private IEnumerable<TaskResource> Holding() =>
        Hall.Tasks.Where(t => t.Status is { Placement: not null, Phase: TaskPhase.Placed or TaskPhase.Starting or TaskPhase.Running or TaskPhase.Stopping });

    private Job NewJob()
    {
        var min = random.Next(3) == 0 ? random.Next(1, 5) : 1;
        var job = A.GpuJob(
            $"job{made++}", random.Next(1, 5), queue: new[] { "default", "a", "b", "b1" }[random.Next(4)], priority: random.Next(3) * 10,
            seconds: random.Next(2) == 0 ? random.Next(1, 600) : null);
        return job with
        {
            Spec = job.Spec with
            {
                Roles = [job.Spec.Roles[0] with { Replicas = new(min, random.Next(5) == 0 ? min + random.Next(1, 3) : min) }],
                Disruption = new() { Preemptible = true },
            },
        };
    }
}
