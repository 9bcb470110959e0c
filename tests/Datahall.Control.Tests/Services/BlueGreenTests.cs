using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Services;

public sealed class BlueGreenTests
{
    private static readonly RolloutSpec BlueGreen = new() { Strategy = RolloutStrategy.BlueGreen, KeepOld = Duration.FromSeconds(60) };

    [Fact]
    public void All_requests_switch_at_once_when_the_whole_new_set_is_ready_and_the_old_one_is_kept()
    {
        var served = new ServedHall(BlueGreen, replicas: 3);
        served.Hall.Agent("n1").Healthy = static _ => false;
        served.Apply(3, "better");
        var before = (served.Split, served.Hall.Tasks.Count);
        served.Hall.Agent("n1").Healthy = static _ => true;
        for (var i = 0; i < 3; i++)
        {
            served.Hall.End($"web.v2.{i}", 1);
        }

        served.Pass(5);
        var switched = (served.Split, served.Ready, served.Status.Message);
        served.Pass(60);

        Assert.Equal(("1:100 2:0", 6), before);
        Assert.Equal(("1:0 2:100", "1:3 2:3", "step 1 of 1: version 2 gets all requests, version 1 is kept, for 1m"), switched);
        Assert.Equal(("", "2:3", 2), (served.Split, served.Ready, served.Status.Stable!.Number));
    }

    [Fact]
    public void Before_the_old_version_goes_the_way_back_is_instant()
    {
        var served = new ServedHall(BlueGreen, replicas: 3);
        served.Apply(3, "better");
        served.Pass(10);

        served.Hall.Send(new AbortRollout("web"));

        Assert.Equal(("1:3", 2), (served.Ready, served.Status.Rejected!.Number));
        Assert.DoesNotContain(served.Hall.Tasks, t => t.Spec.Version == 1 && t.Status.Attempt > 1);
        Assert.DoesNotContain(served.Hall.Tasks, t => t.Spec is { Version: 1, Index: > 2 });
    }

    [Fact]
    public void After_the_switch_it_is_judged_against_what_the_old_version_did_before()
    {
        var served = new ServedHall(BlueGreen with { Analysis = new() { MaxErrorIncrease = 0.02, Interval = Duration.FromSeconds(10) } }, replicas: 2);
        served.Answers[1] = (0.01, 0.01, 100);
        served.Pass(20);
        served.Answers.Clear();
        served.Answers[2] = (0.04, 0.01, 100);
        served.Apply(2, "worse");

        served.Pass(11);

        Assert.Equal(("1:2", "4 % of the answers of version 2 failed, 1 % of version 1; the limit is 2 % more: back to version 1"), (served.Ready, served.Status.Message));
    }

    [Fact]
    public void With_a_pause_the_new_set_stands_without_requests_until_it_is_promoted()
    {
        var served = new ServedHall(BlueGreen with { Steps = [new() { Pause = true }] }, replicas: 2);
        served.Apply(2, "better");
        served.Pass(500);
        var preview = (served.Split, served.Ready, served.Status.Message);

        served.Promote();
        var switched = served.Split;
        served.Promote();

        Assert.Equal(("1:100 2:0", "1:2 2:2", "step 1 of 2: version 2 stands beside version 1 and gets no requests yet, until 'datahall rollout promote web'"), preview);
        Assert.Equal("1:0 2:100", switched);
        Assert.Equal(("", "2:2"), (served.Split, served.Ready));
    }

    [Fact]
    public void Without_room_for_a_second_set_it_goes_back_and_says_what_was_missing()
    {
        var served = new ServedHall(BlueGreen, replicas: 3, cpus: 4);
        served.Apply(3, "better");

        served.Pass(125);

        Assert.Equal("1:3", served.Ready);
        Assert.StartsWith("version 2 did not get 2 replicas healthy within 2m (web.v2.1: ", served.Status.Message, StringComparison.Ordinal);
        Assert.EndsWith("): back to version 1", served.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quota_that_is_too_small_sends_it_back_too()
    {
        var served = new ServedHall(BlueGreen, replicas: 2);
        served.Hall.Apply(new Queue { Name = Queue.Default, Spec = new() { Limit = new() { Cpu = new(3000) } } });
        served.Apply(2, "better");

        served.Pass(125);

        Assert.Equal(("1:2", 2), (served.Ready, served.Status.Rejected!.Number));
        Assert.Contains("queue", served.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_set_that_loses_a_replica_for_good_goes_back_although_its_time_was_up()
    {
        var served = new ServedHall(BlueGreen, replicas: 2);
        served.Apply(2, "better");
        served.Pass(10);
        served.Hall.Apply(new Queue { Name = Queue.Default, Spec = new() { Limit = new() { Cpu = new(3000) } } });

        served.Hall.End("web.v2.0", 1);
        served.Pass(100);
        var waiting = (served.Split, served.Status.Message);
        served.Pass(30);

        Assert.Equal("1:0 2:100", waiting.Split);
        Assert.StartsWith("step 1 of 1: 1 of 2 replicas of version 2 are ready (web.v2.0: ", waiting.Message, StringComparison.Ordinal);
        Assert.Equal(("1:2", 2), (served.Ready, served.Status.Rejected!.Number));
    }

    [Fact]
    public void After_a_switch_and_a_restart_what_the_old_version_did_is_not_waited_for()
    {
        var served = new ServedHall(BlueGreen with { Analysis = new() { MaxErrorIncrease = 0.02, Interval = Duration.FromSeconds(10) } }, replicas: 2);
        served.Answers[2] = (0.5, 0.01, 100);
        served.Apply(2, "better");
        served.Hall.Restart();

        served.Pass(11);
        var message = served.Status.Message;
        served.Pass(60);

        Assert.Contains("too little is known of version 1 to compare", message, StringComparison.Ordinal);
        Assert.Equal(2, served.Status.Stable!.Number);
    }

    [Fact]
    public void Promote_before_the_set_stands_is_refused_even_past_all_steps()
    {
        var served = new ServedHall(BlueGreen, replicas: 3, cpus: 4);
        served.Apply(3, "better");

        var refused = served.Hall.Refuse(new PromoteRollout("web", All: true));

        Assert.Equal("1 of 3 replicas of version 2 are ready: promote it when all are", refused.Errors[0].Message);
    }
}
