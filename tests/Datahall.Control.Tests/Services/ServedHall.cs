using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Model.Traffic;

namespace Datahall.Control.Tests.Services;

/// <summary>A hall with one service, <c>web</c>, whose versions answer as a test says.</summary>
internal sealed class ServedHall
{
    private long sequence;

    public ServedHall(RolloutSpec rollout, int replicas = 4, int cpus = 16, int nodes = 1)
    {
        Hall = new();
        for (var i = 1; i <= nodes; i++)
        {
            Hall.WithNode($"n{i}", cpus);
        }

        Rollout = rollout;
        Apply(replicas);
    }

    public Hall Hall { get; }

    public RolloutSpec Rollout { get; set; }

    public ServiceStatus Status => Hall.Service("web").Status!;

    /// <summary>The split as <c>1:90 2:10</c>; a shadow has a star.</summary>
    public string Split => string.Join(' ', Status.Split.Select(static share => $"{share.Version}:{share.Weight}{(share.Shadow ? "*" : "")}"));

    /// <summary>How many replicas of each version are ready, as <c>1:3 2:1</c>.</summary>
    public string Ready => string.Join(' ', Hall.Tasks.Where(static task => task.Status.Ready).GroupBy(static task => task.Spec.Version).Select(static version => $"{version.Key}:{version.Count()}"));

    /// <summary>Share of failures and latency of each version, of so many answers a second.</summary>
    public Dictionary<int, (double Errors, double Seconds, int PerSecond)> Answers { get; } = [];

    public void Apply(int replicas, string program = "serve")
    {
        var service = A.Service("web", replicas, program);
        Hall.Apply(service with { Spec = service.Spec with { Rollout = Rollout, Route = new() } });
    }

    /// <summary>Lets time pass; a gateway reports every second what was said of the versions that have replicas.</summary>
    public void Pass(double seconds, bool reports = true)
    {
        for (var i = 0; i < seconds; i++)
        {
            Hall.Pass(TimeSpan.FromSeconds(1));
            if (reports)
            {
                Hall.Send(new ObserveTraffic(new() { Gateway = "g", Sequence = ++sequence, Seconds = 1, Services = [new() { Service = "web", Versions = [.. Answers.Select(static version => Traffic(version.Key, version.Value))] }] }));
            }
        }
    }

    public Outcome Promote(bool all = false) => Hall.Send(new PromoteRollout("web", all));

    public string LastEvent(string reason) => Hall.Events.Last(e => e.Reason == reason).Message;

    private static VersionTraffic Traffic(int version, (double Errors, double Seconds, int PerSecond) answers)
    {
        var failed = (long)Math.Round(answers.Errors * answers.PerSecond);
        return new()
        {
            Version = version,
            Failed = failed,
            Succeeded = answers.PerSecond - failed,
            Latency = new() { Bucket = [LatencyHistogram.IndexOf(answers.Seconds)], Count = [answers.PerSecond - failed] },
        };
    }
}
