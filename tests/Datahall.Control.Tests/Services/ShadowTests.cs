using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Services;

public sealed class ShadowTests
{
    private static readonly RolloutSpec Shadow = new()
    {
        Strategy = RolloutStrategy.Shadow,
        Steps = [new() { Weight = 50, Hold = Duration.FromSeconds(60) }],
        Analysis = new() { MaxErrorRate = 0.05, MaxLatencyRatio = 2, Interval = Duration.FromSeconds(10) },
    };

    [Fact]
    public void A_shadow_gets_copies_on_replicas_of_its_own_and_then_takes_over()
    {
        var served = new ServedHall(Shadow, replicas: 4);
        served.Answers[1] = (0, 0.01, 100);
        served.Answers[2] = (0, 0.01, 50);
        served.Apply(4, "better");
        var shadow = (served.Split, served.Ready);

        served.Pass(62);

        Assert.Equal(("1:100 2:50*", "1:4 2:2"), shadow);
        Assert.Equal(("", "2:4", 2), (served.Split, served.Ready, served.Status.Stable!.Number));
    }

    [Fact]
    public void A_bad_shadow_goes_and_nobody_noticed()
    {
        var served = new ServedHall(Shadow, replicas: 4);
        served.Answers[1] = (0, 0.01, 100);
        served.Answers[2] = (0.5, 0.01, 50);
        served.Apply(4, "worse");

        served.Pass(11);

        Assert.Equal(("1:4", 2), (served.Ready, served.Status.Rejected!.Number));
        Assert.DoesNotContain(served.Hall.Events, e => e.Message.Contains("web.v1", StringComparison.Ordinal) && e.Reason == "Stopping");
    }

    [Fact]
    public void A_shadow_never_counts_as_capacity_of_the_stable_version()
    {
        var served = new ServedHall(Shadow, replicas: 2, nodes: 2, cpus: 8);
        served.Apply(2, "better");
        var node = served.Hall.Task("web.v1.0").Status.Placement!.Node;
        served.Hall.Agent("n1").Healthy = task => task.Env["DATAHALL_VERSION"] == "2";
        served.Hall.Agent("n2").Healthy = task => task.Env["DATAHALL_VERSION"] == "2";

        served.Hall.Send(new SetNodeMode(node, NodeMode.Draining)); // What would replace version 1's replicas elsewhere does not get ready.

        Assert.Equal(2, served.Hall.Tasks.Count(t => t is { Spec.Version: 1, Status.Ready: true }));
    }

    [Fact]
    public void A_shadow_that_is_superseded_goes_before_it_ever_serves()
    {
        var served = new ServedHall(Shadow, replicas: 2);
        served.Apply(2, "shadow");
        served.Rollout = new();
        served.Hall.Agent("n1").Healthy = static _ => false;

        served.Apply(2, "other");

        Assert.Equal(("", "1:2"), (served.Split, served.Ready));
        Assert.DoesNotContain(served.Hall.Tasks, t => t.Spec.Version == 2);
    }
}
