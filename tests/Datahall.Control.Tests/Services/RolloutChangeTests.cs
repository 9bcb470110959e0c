using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Services;

/// <summary>What happens in the midst of a rollout.</summary>
public sealed class RolloutChangeTests
{
    private static readonly RolloutStep Half = new() { Weight = 50, Pause = true };

    private static readonly RolloutSpec Canary = new() { Strategy = RolloutStrategy.Canary, Steps = [Half] };

    [Fact]
    public void Another_version_starts_anew_while_the_one_before_serves_until_the_stable_one_is_back()
    {
        var served = new ServedHall(Canary with { Steps = [Half with { Weight = 25 }, Half] });
        served.Apply(4, "second");
        served.Promote();
        Assert.Equal("1:50 2:50", served.Split);
        served.Hall.Agent("n1").Healthy = static _ => false;

        served.Apply(4, "third");
        var between = (served.Split, served.Ready);
        served.Hall.Agent("n1").Healthy = static _ => true;
        for (var i = 0; i < 200 && served.Status.Rollout!.Since is null; i++)
        {
            foreach (var task in served.Hall.Tasks.Where(static t => t.Status is { Phase: TaskPhase.Running, Ready: false }).ToList())
            {
                served.Hall.End(task.Name, 1);
            }

            served.Pass(1);
        }

        Assert.Equal(("1:50 2:50 3:0", "1:2 2:2"), between);
        Assert.Equal(("1:75 3:25", "1:3 3:1"), (served.Split, served.Ready));
    }

    [Fact]
    public void Going_back_to_the_stable_version_by_hand_of_the_manifest_drops_the_new_one()
    {
        var served = new ServedHall(Canary);
        served.Apply(4, "second");

        served.Apply(4);

        Assert.Equal(("", "1:4", ServicePhase.Healthy), (served.Split, served.Ready, served.Status.Phase));
        Assert.Null(served.Status.Rejected);
    }

    [Theory]
    [InlineData(8, "1:4 2:4")]
    [InlineData(2, "1:1 2:1")]
    [InlineData(1, "1:1 2:1")] // Beside each other there is one more than wanted.
    public void Scaling_keeps_the_step_and_its_shares(int replicas, string ready)
    {
        var served = new ServedHall(Canary);
        served.Apply(4, "second");

        served.Hall.Send(new Scale("web", replicas));

        Assert.Equal(("1:50 2:50", ready), (served.Split, served.Ready));
    }

    [Fact]
    public void More_replicas_that_are_not_ready_yet_change_no_share()
    {
        var served = new ServedHall(Canary);
        served.Apply(4, "second");
        served.Hall.Agent("n1").Healthy = static _ => false;

        served.Hall.Send(new Scale("web", 8));

        Assert.Equal(("1:50 2:50", "1:2 2:2", 8), (served.Split, served.Ready, served.Hall.Tasks.Count));
    }

    [Fact]
    public void With_no_replicas_wanted_a_rollout_waits_and_goes_on_when_there_are_some()
    {
        var served = new ServedHall(Canary with { Steps = [new() { Weight = 50, Hold = Duration.FromSeconds(60) }] });
        served.Apply(4, "second");
        served.Pass(30);

        served.Hall.Send(new Scale("web", 0));
        served.Pass(500);
        var none = (served.Hall.Tasks.Count, served.Status.Phase, served.Status.Message, served.Split);
        served.Hall.Send(new Scale("web", 2));
        served.Pass(50);
        var some = served.Ready;
        served.Pass(12);

        Assert.Equal((0, ServicePhase.Healthy, "step 1 of 1 waits for replicas: none are wanted", "1:100 2:0"), none);
        Assert.Equal("1:1 2:1", some);
        Assert.Equal(("2:2", 2), (served.Ready, served.Status.Stable!.Number));
    }

    [Fact]
    public void A_drain_in_the_midst_moves_replicas_of_both_versions_within_the_limits()
    {
        var served = new ServedHall(Canary, nodes: 2, cpus: 8);
        served.Apply(4, "second");
        var from = served.Hall.Tasks[0].Status.Placement!.Node;

        served.Hall.Send(new SetNodeMode(from, NodeMode.Draining));

        Assert.Equal(("1:50 2:50", "1:2 2:2"), (served.Split, served.Ready));
        Assert.DoesNotContain(served.Hall.Tasks, t => t.Status.Placement!.Node == from);
    }

    [Fact]
    public void A_version_that_does_not_get_ready_in_a_step_is_rolled_back_after_its_deadline()
    {
        var served = new ServedHall(Canary);
        served.Hall.Agent("n1").Healthy = task => task.Env["DATAHALL_VERSION"] == "1";
        served.Apply(4, "second");
        served.Pass(119);
        var waiting = served.Status;

        served.Pass(2);

        Assert.Equal(("step 1 of 1: 0 of 2 replicas of version 2 are ready", "1:100 2:0"), (waiting.Message, string.Join(' ', waiting.Split.Select(s => $"{s.Version}:{s.Weight}"))));
        Assert.Equal(("version 2 did not get one replica healthy within 2m: back to version 1", "1:4"), (served.Status.Message, served.Ready));
    }

    [Fact]
    public void A_canary_that_dies_gets_no_requests_and_its_step_goes_on_when_it_is_back()
    {
        var served = new ServedHall(Canary with { Steps = [new() { Weight = 25, Hold = Duration.FromSeconds(60) }] });
        served.Apply(4, "second");
        served.Pass(30);

        served.Hall.End("web.v2.0", 1);
        var dead = (served.Split, served.Status.Message);
        served.Pass(3);
        var back = (served.Split, served.Status.Message);
        served.Pass(30);

        Assert.Equal("1:100 2:0", dead.Split);
        Assert.StartsWith("step 1 of 1: 0 of 1 replicas of version 2 are ready", dead.Message, StringComparison.Ordinal);
        Assert.Equal(("1:75 2:25", "step 1 of 1: version 2 gets 25 % of the requests, for 1m"), back);
        Assert.Equal(2, served.Status.Stable!.Number);
    }

    [Fact]
    public void Another_strategy_begins_its_own_steps_with_the_same_version()
    {
        var served = new ServedHall(Canary);
        served.Apply(4, "second");

        served.Rollout = new() { Strategy = RolloutStrategy.BlueGreen };
        served.Apply(4, "second");
        var switched = (served.Split, served.Ready, served.Status.Target.Number);
        served.Rollout = new();
        served.Apply(4, "second");

        Assert.Equal(("1:0 2:100", "1:4 2:4", 2), switched);
        Assert.Equal(("", "2:4", 2), (served.Split, served.Ready, served.Status.Stable!.Number));
    }

    [Fact]
    public void Fewer_steps_than_were_gone_through_end_the_steps()
    {
        var served = new ServedHall(Canary with { Steps = [Half with { Weight = 25 }, Half] });
        served.Apply(4, "second");
        served.Promote();

        served.Rollout = Canary with { Steps = [Half with { Weight = 25 }] };
        served.Apply(4, "second");

        Assert.Equal(("", "2:4"), (served.Split, served.Ready));
    }

    [Fact]
    public void The_first_version_of_a_service_has_no_steps()
    {
        var served = new ServedHall(Canary);

        Assert.Equal(("", "1:4", ServicePhase.Healthy), (served.Split, served.Ready, served.Status.Phase));
        Assert.Null(served.Status.Rollout);
    }

    [Fact]
    public void A_deleted_service_goes_in_the_midst_of_its_steps()
    {
        var served = new ServedHall(Canary);
        served.Apply(4, "second");

        served.Hall.Send(new Delete(new(ResourceKinds.Service, "web"), Force: false));

        Assert.Empty(served.Hall.Tasks);
    }
}
