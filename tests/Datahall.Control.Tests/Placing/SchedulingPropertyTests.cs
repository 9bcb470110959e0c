using System.Globalization;
using Datahall.Model;

namespace Datahall.Control.Tests.Placing;

/// <summary>What must hold for every hall and every workload. Agents obey at once, so after each input the hall has come to rest.</summary>
public sealed class SchedulingPropertyTests
{
    /// <summary>The seeds of the everyday run; DATAHALL_SCHEDULING_SEEDS says otherwise, as <c>SEED</c> or <c>FIRST-LAST</c>.</summary>
    private const string Everyday = "1-150";

    [Fact]
    public void Nothing_is_given_twice_and_no_gang_is_torn() => ForSeeds(random =>
    {
        var world = new RandomHall(random);
        for (var i = 0; i < 40; i++)
        {
            world.Act();
            world.CheckCapacity();
            world.CheckLimits();
            world.CheckGangs();
        }
    });

    [Fact]
    public void Whoever_others_were_stopped_for_starts_at_once() => ForSeeds(random =>
    {
        var world = new RandomHall(random);
        for (var i = 0; i < 40; i++)
        {
            var before = world.Hall.Events.Count;
            world.Act();
            var happened = world.Hall.Events.Skip(before).ToList();
            for (var e = 0; e < happened.Count; e++)
            {
                // Afterwards it may have to go itself, for work that comes before it.
                Assert.True(
                    happened[e].Reason != "Preempts" || happened.Skip(e).Any(h => h.Reason == "Placed" && h.About.Name.StartsWith($"{happened[e].About.Name}.", StringComparison.Ordinal)),
                    $"{happened[e].About}: {happened[e].Message}, and it does not start");
            }
        }
    });

    // Without reservations: room that is kept for another queue's gang is no place for work that would delay it, whatever runs there until then.
    [Fact]
    public void Nobody_waits_while_alike_work_of_lower_priority_of_its_queue_runs() => ForSeeds(random =>
    {
        var world = new RandomHall(random, mostReservations: 0);
        for (var i = 0; i < 20; i++)
        {
            world.Act();
            world.Hall.Pass(TimeSpan.FromSeconds(31)); // What was placed in a step is not stopped in it; everything that waits is looked at again each 30 s.
            foreach (var (waits, runs) in world.PairsOfAlikeJobs())
            {
                Assert.False(waits.Spec.Priority > runs.Spec.Priority, $"{waits.Key} (priority {waits.Spec.Priority}) waits while {runs.Key} (priority {runs.Spec.Priority}) runs: {waits.Status!.Message}");
            }
        }
    });

    // Tasks of one GPU always pack, so whatever the guarantee covers must be held when the step's orders are carried out.
    [Fact]
    public void What_is_guaranteed_is_held_in_the_step_after_it_is_asked_for() => ForSeeds(random =>
    {
        var gpus = random.Next(2, 9);
        var guarantee = random.Next(1, gpus + 1);
        var hall = new Hall().WithNode("n1", cpus: 64, gpus: gpus);
        hall.Apply(A.Queue("poor", guarantee), A.Queue("rich", gpus - guarantee));
        for (var i = 0; i < gpus; i++)
        {
            hall.Apply(A.GpuJob($"rich-{i}", 1, queue: "rich", priority: random.Next(-5, 6)));
        }

        var asked = random.Next(1, gpus + 1);
        for (var i = 0; i < asked; i++)
        {
            hall.Apply(A.GpuJob($"poor-{i}", 1, queue: "poor"));
        }

        var held = hall.Tasks.Count(t => t.Spec.Queue == "poor" && t.Status.Phase is TaskPhase.Running);
        Assert.Equal(Math.Min(asked, guarantee), held);
        Assert.Equal(gpus, hall.Tasks.Count(t => t.Status.Phase is TaskPhase.Running));
    });

    [Fact]
    public void The_same_inputs_give_the_same_plan_whatever_the_order_in_which_nodes_came() => ForSeeds(random =>
    {
        var seed = random.Next();
        var (once, again, shuffled) = (new RandomHall(new(seed)), new RandomHall(new(seed)), new RandomHall(new(seed), reversed: true));
        for (var i = 0; i < 30; i++)
        {
            once.Act();
            again.Act();
            shuffled.Act();
        }

        Assert.Equal(once.Plan(), again.Plan());
        Assert.Equal(once.Plan(), shuffled.Plan());
    });

    [Fact]
    public void A_core_that_starts_anew_plans_as_the_old_one_would_have() => ForSeeds(random =>
    {
        var seed = random.Next();
        var (old, fresh) = (new RandomHall(new(seed)), new RandomHall(new(seed)));
        for (var i = 0; i < 15; i++)
        {
            old.Act();
            fresh.Act();
        }

        Assert.Equal(old.Plan(), fresh.Plan());
        fresh.Hall.Restart();

        Assert.Equal(old.Hall.Core.Queues.Select(q => q.Share), fresh.Hall.Core.Queues.Select(q => q.Share));
        Assert.Equal(old.Explanations(), fresh.Explanations());
    });

    private static void ForSeeds(Action<Random> property)
    {
        var range = (Environment.GetEnvironmentVariable("DATAHALL_SCHEDULING_SEEDS") ?? Everyday).Split('-');
        var (first, last) = (int.Parse(range[0], CultureInfo.InvariantCulture), int.Parse(range[^1], CultureInfo.InvariantCulture));
        for (var seed = first; seed <= last; seed++)
        {
            try
            {
                property(new(seed));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed} (replay with DATAHALL_SCHEDULING_SEEDS={seed}): {e.Message}", e);
            }
        }
    }
}
