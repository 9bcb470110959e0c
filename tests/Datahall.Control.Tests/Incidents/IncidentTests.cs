using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Incidents;

public sealed class IncidentTests
{
    private static readonly DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_alert_opens_an_incident_with_what_it_hurts()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Job("train", 2));

        Fire(hall, "gpu-error", "node=n1,gpu=0", advice: "reset the GPU");

        var incident = Assert.Single(All(hall));
        Assert.Equal(("node/n1", IncidentState.Firing, AlertSeverity.Warning), (incident.Status.Cause, incident.Status.State, incident.Status.Severity));
        Assert.Equal(["job/train"], incident.Status.Affected);
        Assert.Equal(["reset the GPU"], incident.Status.Advice);
        Assert.Equal("gpu-error on node=n1,gpu=0", incident.Status.Title);
        Assert.Equal("opened", Assert.Single(incident.Status.Timeline).What);
        Assert.Contains(hall.Events, static e => e.Reason == "IncidentOpened");
    }

    [Fact]
    public void Alerts_of_one_node_are_one_incident_and_what_is_said_twice_counts_once()
    {
        var hall = new Hall().WithNode("n1").WithNode("n2");

        Fire(hall, "gpu-error", "node=n1,gpu=0");
        Fire(hall, "gpu-hot", "node=n1,gpu=1", AlertSeverity.Critical);
        Fire(hall, "gpu-hot", "node=n1,gpu=1", AlertSeverity.Critical);
        Fire(hall, "gpu-error", "node=n2,gpu=0");

        Assert.Equal(["node/n1:2:Critical", "node/n2:1:Warning"], Show(hall));
    }

    [Fact]
    public void A_lost_node_names_the_work_that_it_had()
    {
        var hall = new Hall().WithNode("n1").WithNode("n2");
        hall.Apply(A.Job("train"));
        var node = hall.Task("train.worker.0").Status.Placement!.Node;
        hall.Agent(node).Silent = true;
        hall.Pass(TimeSpan.FromSeconds(6));

        Fire(hall, "node-lost", $"node={node}", AlertSeverity.Critical);

        var incident = Assert.Single(All(hall));
        Assert.Equal(["job/train"], incident.Status.Affected);
        Assert.Contains(incident.Status.Evidence, item => item.Source == "core" && item.Text.Contains("is lost: its agent has been silent", StringComparison.Ordinal));
        hall.WithNode(node).Pass(TimeSpan.FromSeconds(2));
        Assert.Empty(hall.Node(node).Status!.LostWork);
    }

    [Fact]
    public void Why_an_attempt_failed_is_evidence_of_the_incidents_of_its_node_and_its_owner_and_of_no_other()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Job("train"), A.Job("other"));
        Fire(hall, "gpu-error", "node=n1,gpu=0");
        Fire(hall, "queue-starving", "queue=research");

        hall.Send(Failure(hall, "train.worker.0", "GPU has fallen off the bus", "Reset the node."));
        Fire(hall, "gang-stuck", "job=other");
        hall.Send(Failure(hall, "other.worker.0", "CUDA out of memory", "Make the batch smaller."));

        var node = All(hall).Single(static incident => incident.Status.Cause == "node/n1").Status;
        var evidence = node.Evidence.Single(static item => item.About == "task/train.worker.0");
        Assert.Equal(("log", "attempt 1 on node n1 failed: GPU has fallen off the bus: Xid 79"), (evidence.Source, evidence.Text));
        Assert.Contains("Reset the node.", node.Advice);
        Assert.DoesNotContain(All(hall).Single(static incident => incident.Status.Cause == "queue/research").Status.Evidence, static item => item.Source == "log");
    }

    [Fact]
    public void A_failure_of_the_last_minutes_is_evidence_of_an_incident_that_comes_after_it()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Job("train"), A.Job("long-ago"));
        hall.Send(Failure(hall, "long-ago.worker.0", "The disk is full", "Free space."));
        hall.Pass(TimeSpan.FromMinutes(11));
        hall.Send(Failure(hall, "train.worker.0", "CUDA out of memory", "Make the batch smaller."));

        Fire(hall, "gang-stuck", "job=train");
        hall.Pass(TimeSpan.FromMinutes(11));
        Fire(hall, "gang-stuck", "job=long-ago");

        Assert.Equal(["Make the batch smaller."], All(hall)[0].Status.Advice);
        Assert.Contains(All(hall)[0].Status.Evidence, static item => item.Text == "attempt 1 on node n1 failed: CUDA out of memory: Xid 79");
        Assert.DoesNotContain(All(hall)[1].Status.Evidence, static item => item.Source == "log");
    }

    [Fact]
    public void What_a_lost_node_brings_about_joins_its_incident()
    {
        var hall = new Hall().WithNode("n1").WithNode("n2");
        hall.Apply(A.Job("train"));
        var node = hall.Task("train.worker.0").Status.Placement!.Node;
        Fire(hall, "node-lost", $"node={node}", AlertSeverity.Critical);

        hall.Pass(TimeSpan.FromMinutes(2));
        Fire(hall, "gang-stuck", "job=train");

        Assert.Equal([$"node/{node}:2:Critical"], Show(hall));
    }

    [Fact]
    public void Nodes_of_a_rack_that_fail_together_become_one_incident_of_the_rack()
    {
        var hall = Racks(6);

        Fire(hall, "node-lost", "node=a1");
        Fire(hall, "node-lost", "node=a2");
        Assert.Equal(["node/a1:1:Warning", "node/a2:1:Warning"], Show(hall));
        Fire(hall, "node-lost", "node=a3");
        Fire(hall, "node-lost", "node=a4");

        Assert.Equal(["rack/s/h/a:4:Warning"], Show(hall));
        var rack = Assert.Single(Open(hall));
        Assert.Equal("rack a of hall h: node-lost on 3 nodes", rack.Status.Title);
        Assert.Equal(2, All(hall).Count(incident => incident.Status.MergedInto == rack.Name && incident.Status.State is IncidentState.Resolved));
    }

    [Fact]
    public void Racks_of_a_feed_that_fail_together_become_one_incident_of_the_feed_and_feeds_one_of_the_site()
    {
        var hall = Racks(2);
        foreach (var node in (string[])["a1", "a2", "b1"])
        {
            Fire(hall, "node-lost", $"node={node}");
        }

        Assert.Equal(["node/b1:1:Warning", "rack/s/h/a:2:Warning"], Show(hall).Order());
        Fire(hall, "node-lost", "node=b2");
        Assert.Equal(["feed/s/f1:4:Warning"], Show(hall));

        foreach (var node in (string[])["c1", "c2", "d1", "d2"])
        {
            Fire(hall, "node-lost", $"node={node}");
        }

        Assert.Equal(["site/s:8:Warning"], Show(hall));
    }

    [Fact]
    public void Nodes_of_a_rack_that_fail_an_hour_apart_are_incidents_of_their_own()
    {
        var hall = Racks(6);
        foreach (var node in (string[])["a1", "a2", "a3"])
        {
            Fire(hall, "node-lost", $"node={node}");
            hall.Pass(TimeSpan.FromMinutes(11));
        }

        Assert.Equal(3, Open(hall).Count);
    }

    [Fact]
    public void It_is_over_when_all_its_alerts_have_ended_and_goes_on_when_they_come_back_soon()
    {
        var hall = new Hall().WithNode("n1");
        Fire(hall, "gpu-hot", "node=n1,gpu=0");
        Fire(hall, "gpu-hot", "node=n1,gpu=1");

        End(hall, "gpu-hot", "node=n1,gpu=0");
        Assert.Equal(IncidentState.Firing, Assert.Single(All(hall)).Status.State);
        End(hall, "gpu-hot", "node=n1,gpu=1");
        Assert.Equal(IncidentState.Resolved, Assert.Single(All(hall)).Status.State);

        hall.Pass(TimeSpan.FromMinutes(5));
        Fire(hall, "gpu-hot", "node=n1,gpu=0");
        Assert.Equal(("reopened", (IncidentMark?)null), (Assert.Single(All(hall)).Status.Timeline[^1].What, All(hall)[0].Status.Resolved));
        End(hall, "gpu-hot", "node=n1,gpu=0");

        hall.Pass(TimeSpan.FromMinutes(11));
        Fire(hall, "gpu-hot", "node=n1,gpu=0");
        Assert.Equal(2, All(hall).Count);
    }

    [Fact]
    public void Somebody_takes_it_on_and_says_that_it_is_over()
    {
        var hall = new Hall().WithNode("n1");
        Fire(hall, "gpu-hot", "node=n1");
        var name = All(hall)[0].Name;

        Assert.IsType<Accepted>(hall.Send(new AcknowledgeIncident(name, "ada", "on my way")));
        Assert.Equal((IncidentState.Acknowledged, "ada", "on my way"), (All(hall)[0].Status.State, All(hall)[0].Status.Acknowledged!.By, All(hall)[0].Status.Acknowledged!.Note));
        Assert.Equal(ChangeAction.Unchanged, Assert.IsType<Accepted>(hall.Send(new AcknowledgeIncident(name, "ada", "on my way"))).Changed[0].Action);
        Assert.Contains("resolve it first", hall.Refuse(new Delete(new(ResourceKinds.Incident, name), false)).Errors[0].Message, StringComparison.Ordinal);

        Assert.IsType<Accepted>(hall.Send(new ResolveIncident(name, "ada", null)));
        Assert.Contains("it is over since", hall.Refuse(new ResolveIncident(name, "ada", null)).Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal(RefusalKind.NotFound, hall.Refuse(new AcknowledgeIncident("none", "ada", null)).Kind);

        Fire(hall, "gpu-hot", "node=n1"); // It fires still, and was said to be over.
        Assert.Empty(Open(hall));
        End(hall, "gpu-hot", "node=n1");
        Fire(hall, "gpu-hot", "node=n1");
        Assert.Single(Open(hall));
    }

    [Fact]
    public void Evidence_is_kept_once()
    {
        var hall = new Hall().WithNode("n1");
        Fire(hall, "gpu-hot", "node=n1");
        var input = new AddEvidence(All(hall)[0].Name, [new() { At = start, Source = "log", Text = "Xid 79" }]) { Advice = ["drain it"] };

        hall.Send(input);
        var revision = hall.Core.Revision;
        hall.Send(input);

        Assert.Equal(2, All(hall)[0].Status.Evidence.Count);
        Assert.Single(All(hall)[0].Status.Advice, "drain it");
        Assert.Equal(revision, hall.Core.Revision);
    }

    [Fact]
    public void What_is_over_is_kept_for_a_month_and_never_more_than_a_thousand()
    {
        var hall = new Hall();
        for (var i = 0; i < 1_010; i++)
        {
            Fire(hall, "r", $"queue=q{i}");
            End(hall, "r", $"queue=q{i}");
        }

        Assert.Equal(1_000, All(hall).Count);
        hall.Sleep(TimeSpan.FromDays(30));
        hall.Pass(TimeSpan.FromSeconds(1));
        Assert.Empty(All(hall));
    }

    [Fact]
    public void An_incident_has_a_bounded_number_of_alerts()
    {
        var hall = new Hall().WithNode("n1");

        hall.Send(new ReportAlerts([.. Enumerable.Range(0, 1_100).Select(i => Change("gpu-error", $"node=n1,gpu={i}", AlertSeverity.Warning, null))]));

        Assert.Equal([100, 500, 500], All(hall).Select(static incident => incident.Status.Alerts.Count).Order());
    }

    [Fact]
    public void The_same_after_a_restart_and_as_if_never_when_the_step_is_undone()
    {
        var hall = Racks(2);
        Fire(hall, "node-lost", "node=a1");
        var before = Text(hall);

        var step = hall.Core.Step([new ReportAlerts([Change("node-lost", "node=a2", AlertSeverity.Critical, null), Change("gpu-hot", "node=b1", AlertSeverity.Info, "x")])], hall.Now);
        var after = Text(hall);
        hall.Core.Undo(step);
        Assert.Equal(before, Text(hall));

        hall.Restart();
        hall.Core.Step([new ReportAlerts([Change("node-lost", "node=a2", AlertSeverity.Critical, null), Change("gpu-hot", "node=b1", AlertSeverity.Info, "x")])], hall.Now);
        Assert.Equal(after, Text(hall));
    }

    [Theory]
    [InlineData("Hostname=n1,job=dcgm,instance=10.0.0.1:9400", "node/n1")]
    [InlineData("instance=n1:9100,job=node", "node/n1")]
    [InlineData("instance=elsewhere:9100,job=node", "rule/r")]
    [InlineData("job=train", "job/train")]
    [InlineData("exported_job=train,job=datahall", "job/train")]
    [InlineData("site=s,feed=f1", "feed/s/f1")]
    [InlineData("site=s,hall=h,rack=a", "rack/s/h/a")]
    [InlineData("site=s", "site/s")]
    [InlineData("queue=research", "queue/research")]
    [InlineData("certificate=server", "rule/r")]
    public void A_cause_is_found_by_the_labels(string labels, string cause)
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Job("train"));

        Fire(hall, "r", labels);

        Assert.Equal(cause, Assert.Single(All(hall)).Status.Cause);
    }

    // Racks a and b under feed f1, c and d under f2; nodes a1, a2 … in each.
    [Fact]
    public void Feeds_that_fail_together_are_counted_as_feeds()
    {
        var hall = Racks(1);

        Fire(hall, "feed-overload", "site=s,feed=f1");
        Fire(hall, "feed-overload", "site=s,feed=f2");

        Assert.Equal("site s: feed-overload on 2 feeds", Assert.Single(Open(hall)).Status.Title);
    }

    [Fact]
    public void Beyond_a_thousand_open_incidents_others_share_one_and_none_is_lost()
    {
        var hall = new Hall();
        hall.Send(new ReportAlerts([.. Enumerable.Range(0, 1_000).Select(static i => Change("r", $"queue=q{i}", AlertSeverity.Warning, null))]));

        hall.Send(new ReportAlerts([.. Enumerable.Range(1_000, 20).Select(static i => Change("r", $"queue=q{i}", AlertSeverity.Warning, null))]));
        Fire(hall, "other", "queue=q7");

        var others = Open(hall).Single(static incident => incident.Status.Cause == "others/many");
        Assert.Equal((1_001, 20, "many others: 1000 incidents were open before"), (Open(hall).Count, others.Status.Alerts.Count, others.Status.Title));
        Assert.Contains("queue/q7:2:Warning", Show(hall));
        for (var i = 1_000; i < 1_020; i++)
        {
            End(hall, "r", $"queue=q{i}");
        }

        Assert.DoesNotContain(Open(hall), static incident => incident.Status.Cause == "others/many");
    }

    private static Hall Racks(int nodes)
    {
        var hall = new Hall();
        hall.Apply(new Site
        {
            Name = "s",
            Spec = new()
            {
                Feeds = [new() { Name = "f1", Kind = FeedKind.Pdu, Rating = new(100_000) }, new() { Name = "f2", Kind = FeedKind.Pdu, Rating = new(100_000) }],
                Halls = [new() { Name = "h", Racks = [.. "abcd".Select(static rack => new Rack { Name = $"{rack}", Feed = rack < 'c' ? "f1" : "f2" })] }],
            },
        });
        hall.Apply([.. "abcd".SelectMany(rack => Enumerable.Range(1, nodes).Select(i => new Node { Name = $"{rack}{i}", Spec = new() { Location = new() { Hall = "h", Rack = $"{rack}" } } }))]);
        return hall;
    }

    private static void Fire(Hall hall, string rule, string labels, AlertSeverity severity = AlertSeverity.Warning, string? advice = null) =>
        hall.Send(new ReportAlerts([Change(rule, labels, severity, advice)]));

    private static NoteFailure Failure(Hall hall, string task, string title, string advice) => new(task, new()
    {
        Attempt = hall.Task(task).Status.Attempt,
        Fence = hall.Task(task).Status.Fence,
        Node = "n1",
        Causes = [new() { Id = "x", Title = title, Severity = "critical", Cause = "c", Advice = advice, Retry = "yes", Evidence = ["Xid 79"] }],
    });

    private static void End(Hall hall, string rule, string labels)
    {
        var change = Change(rule, labels, AlertSeverity.Warning, null);
        hall.Send(new ReportAlerts([change with { Alert = change.Alert with { Ended = hall.Now } }]));
    }

    private static AlertChange Change(string rule, string labels, AlertSeverity severity, string? advice) => new(
        new()
        {
            Rule = rule,
            Fingerprint = $"{rule},{labels}",
            Source = "rules",
            Labels = labels.Split(',').Select(static label => label.Split('=')).ToDictionary(static pair => pair[0], static pair => pair[1]),
            Severity = severity,
            Summary = $"{rule} on {labels}",
            Since = start,
        },
        advice);

    private static List<Incident> All(Hall hall) => [.. hall.Core.Resources.OfType<Incident>().OrderBy(static incident => incident.Created)];

    private static List<Incident> Open(Hall hall) => [.. All(hall).Where(static incident => incident.Status.Resolved is null)];

    private static IEnumerable<string> Show(Hall hall) =>
        Open(hall).Select(static incident => $"{incident.Status.Cause}:{incident.Status.Alerts.Count(static alert => alert.Ended is null)}:{incident.Status.Severity}").Order();

    private static string Text(Hall hall) => string.Join('\n', All(hall).OrderBy(static incident => incident.Name, StringComparer.Ordinal).Select(static incident => System.Text.Encoding.UTF8.GetString(ResourceJson.Write(incident))));
}
