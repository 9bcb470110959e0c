using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Services;

public sealed class CanaryTests
{
    private static readonly RolloutAnalysis Strict = new() { MaxErrorRate = 0.05, MaxErrorIncrease = 0.02, MaxLatencyRatio = 1.5, MinRequests = 100, Interval = Duration.FromSeconds(10) };

    private static readonly RolloutSpec Steps = new()
    {
        Strategy = RolloutStrategy.Canary,
        Steps = [Step(10, 60), Step(50, 60)],
        Analysis = Strict,
    };

    [Fact]
    public void A_good_version_goes_through_its_steps_and_takes_over()
    {
        var served = Good(new(Steps, replicas: 4));
        served.Apply(4, "better");
        var first = (served.Split, served.Ready, served.Status.Message);

        served.Pass(61);
        var second = (served.Split, served.Ready);
        served.Pass(62);

        Assert.Equal(("1:90 2:10", "1:4 2:1", "step 1 of 2: version 2 gets 10 % of the requests, for 1m"), first);
        Assert.Equal(("1:50 2:50", "1:2 2:2"), second);
        Assert.Equal(("", "2:4", ServicePhase.Healthy, 2), (served.Split, served.Ready, served.Status.Phase, served.Status.Stable!.Number));
        Assert.Null(served.Status.Rollout);
        Assert.Equal(["Rollout", "RolloutStep", "RolloutStep", "Promoted", "RolledOut"], served.Hall.Events.Where(e => e.About.Kind == ResourceKinds.Service).Select(e => e.Reason).TakeLast(5));
    }

    [Theory]
    [InlineData(0.2, 0.01, "20 % of 180 answers of version 2 failed; the limit is 5 %: back to version 1")]
    [InlineData(0.05, 0.01, "5 % of the answers of version 2 failed, 0 % of version 1; the limit is 2 % more: back to version 1")]
    [InlineData(0, 0.1, "p99 of version 2 is 110.2 ms, 9.5 times the 11.6 ms of version 1; the limit is 1.5: back to version 1")]
    public void A_bad_version_is_rolled_back_and_its_requests_go_back_at_once(double errors, double seconds, string why)
    {
        var served = new ServedHall(Steps, replicas: 4);
        served.Answers[1] = (0, 0.011, 100);
        served.Answers[2] = (errors, seconds, 20);
        served.Apply(4, "worse");

        served.Pass(10);

        Assert.Equal((why, "RolledBack"), (served.Status.Message, served.Hall.Events.Last(e => e.About.Kind == ResourceKinds.Service && e.Reason != "Stopping").Reason));
        Assert.Equal((1, 2, "1:4"), (served.Status.Target.Number, served.Status.Rejected!.Number, served.Ready));
        Assert.Equal((ServicePhase.Healthy, ""), (served.Status.Phase, served.Split));
    }

    [Fact]
    public void While_the_stable_version_grows_back_the_rejected_one_gets_nothing()
    {
        var served = Good(new(Steps with { Steps = [Step(50, 60)] }, replicas: 4));
        served.Apply(4, "worse");
        Assert.Equal("1:2 2:2", served.Ready);
        served.Hall.Agent("n1").Healthy = _ => false; // No replica gets ready any more.

        served.Hall.Send(new AbortRollout("web"));

        Assert.Equal(("1:100", ServicePhase.Degraded), (served.Split, served.Status.Phase));
        Assert.Equal("version 2 was aborted by hand: back to version 1", served.Status.Message);
        Assert.DoesNotContain(served.Hall.Tasks, t => t.Spec.Version == 2);
    }

    [Fact]
    public void A_version_is_not_judged_before_it_has_answered_enough_and_waits()
    {
        var served = new ServedHall(Steps, replicas: 4);
        served.Answers[1] = (0, 0.01, 100);
        served.Answers[2] = (1, 0.01, 1);
        served.Apply(4, "quiet");

        served.Pass(90);
        var waiting = (served.Status.Message, served.Status.Rollout!.Step);
        served.Pass(20);

        Assert.Equal(1, waiting.Step);
        Assert.Contains("version 2 has given ", waiting.Message, StringComparison.Ordinal);
        Assert.Contains(" of the 100 answers that it takes to judge it", waiting.Message, StringComparison.Ordinal);
        Assert.Equal(2, served.Status.Rejected!.Number); // By then it had given 100.
    }

    [Fact]
    public void Without_a_gateway_it_says_so_and_goes_on_when_its_patience_ends()
    {
        var served = new ServedHall(Steps with { Steps = [Step(10, 60)], Analysis = Strict with { Patience = Duration.FromSeconds(120) } });
        served.Apply(4, "better");

        served.Pass(170, reports: false);
        var waiting = served.Status;
        served.Pass(20, reports: false);

        Assert.Contains("no gateway reports", waiting.Message, StringComparison.Ordinal);
        Assert.Equal(1, waiting.Stable!.Number);
        Assert.Equal(2, served.Status.Stable!.Number);
        Assert.Equal("step 1 of 1 goes on unjudged: no gateway reports", served.LastEvent("NotJudged"));
    }

    [Fact]
    public void A_pause_lasts_until_somebody_promotes_and_is_judged_meanwhile()
    {
        var served = Good(new(Steps with { Steps = [new() { Weight = 25, Pause = true }, Step(50, 30)] }));
        served.Apply(4, "better");
        served.Pass(1000);
        var paused = (served.Split, served.Status.Message);

        Assert.IsType<Accepted>(served.Promote());
        var next = served.Split;
        served.Answers[2] = (1, 0.01, 1000);
        served.Pass(15);

        Assert.Equal("1:75 2:25", paused.Split);
        Assert.StartsWith("step 1 of 2: version 2 gets 25 % of the requests, until 'datahall rollout promote web'; version 2: 0 % of ", paused.Message, StringComparison.Ordinal);
        Assert.Equal(("1:50 2:50", 2), (next, served.Status.Rejected!.Number));
    }

    [Fact]
    public void Promoting_past_all_steps_replaces_the_old_version_at_once()
    {
        var served = new ServedHall(Steps with { Steps = [new() { Weight = 25, Pause = true }, Step(50, 30)] });
        served.Apply(4, "better");

        served.Promote(all: true);

        Assert.Equal(("2:4", 2), (served.Ready, served.Status.Stable!.Number));
    }

    [Fact]
    public void Promoting_twice_what_was_seen_once_is_refused()
    {
        var served = new ServedHall(Steps with { Steps = [new() { Weight = 25, Pause = true }, new() { Weight = 50, Pause = true }] });
        served.Apply(4, "better");

        var first = served.Hall.Send(new PromoteRollout("web", Version: 2, Step: 1));
        var second = served.Hall.Refuse(new PromoteRollout("web", Version: 2, Step: 1));

        Assert.IsType<Accepted>(first);
        Assert.Equal((RefusalKind.Conflict, 2), (second.Kind, served.Status.Rollout!.Step));
    }

    [Fact]
    public void Promote_and_abort_are_refused_where_there_is_nothing_to_do()
    {
        var served = new ServedHall(Steps);

        Assert.Equal("no rollout is in progress", served.Hall.Refuse(new PromoteRollout("web")).Errors[0].Message);
        Assert.Equal("no rollout is in progress", served.Hall.Refuse(new AbortRollout("web")).Errors[0].Message);
        Assert.Equal(RefusalKind.NotFound, served.Hall.Refuse(new AbortRollout("none")).Kind);
        served.Hall.Agent("n1").Healthy = _ => false;
        served.Apply(4, "slow");
        Assert.Equal("0 of 1 replicas of version 2 are ready: promote it when all are, or with --all", served.Hall.Refuse(new PromoteRollout("web")).Errors[0].Message);
        served.Hall.Apply(A.Service("new"));
        Assert.Contains("first version", served.Hall.Refuse(new AbortRollout("new")).Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_share_grows_with_the_replicas_that_are_ready()
    {
        var served = new ServedHall(Steps with { Steps = [Step(50, 60)], MaxSurge = 2 }, replicas: 10);
        var ready = 0;
        served.Hall.Agent("n1").Healthy = task => task.Env["DATAHALL_VERSION"] == "1" || ready++ < 3;

        served.Apply(10, "slow");

        // Three of ten are ready, of the five that are wanted: their part of the requests, and no more.
        Assert.Equal(("1:70 2:30", "1:7 2:3"), (served.Split, served.Ready));
        Assert.Equal(5, served.Hall.Tasks.Count(t => t.Spec.Version == 2));
    }

    [Fact]
    public void A_restarted_control_plane_goes_on_with_the_step_and_waits_for_traffic()
    {
        var served = Good(new(Steps));
        served.Apply(4, "better");
        served.Pass(30);

        served.Hall.Restart();
        var after = (served.Split, served.Status.Rollout!.Step);
        served.Pass(31);

        Assert.Equal(("1:90 2:10", 1), after);
        Assert.Equal(("1:50 2:50", 2), (served.Split, served.Status.Rollout!.Step));
    }

    private static RolloutStep Step(int weight, int seconds) => new() { Weight = weight, Hold = Duration.FromSeconds(seconds) };

    private static ServedHall Good(ServedHall served)
    {
        served.Answers[1] = (0.001, 0.01, 1000);
        served.Answers[2] = (0.002, 0.011, 100);
        return served;
    }
}
