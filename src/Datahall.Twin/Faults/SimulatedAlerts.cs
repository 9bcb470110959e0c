using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Twin.Time;

namespace Datahall.Twin.Faults;

/// <summary>Alerts that come and go, and people who look after their incidents.</summary>
internal sealed class SimulatedAlerts(SimRandom random, VirtualTime time, IReadOnlyList<string> nodes)
{
    private static readonly string[] rules = ["node-lost", "gpu-error", "inlet-hot"];

    /// <summary>What happens next.</summary>
    /// <param name="jobs">The jobs that alerts may be about.</param>
    /// <param name="open">The incidents that are not over, as somebody saw them a moment ago.</param>
    public Input Next(IReadOnlyList<string> jobs, IReadOnlyList<string> open) => random.Below(6) switch
    {
        0 when open.Count > 0 => new AcknowledgeIncident(random.Pick(open), "ada", random.Chance(0.5) ? "on my way" : null),
        1 when open.Count > 0 => new ResolveIncident(random.Pick(open), "ada", null),
        2 when open.Count > 0 => new AddEvidence(random.Pick(open), [new() { At = time.Now, Source = "log", Text = $"line {random.Below(4)}" }]),
        _ => new ReportAlerts([.. Enumerable.Range(0, random.Between(1, 4)).Select(_ => Change(jobs))]),
    };

    private AlertChange Change(IReadOnlyList<string> jobs)
    {
        var (label, value) = jobs.Count > 0 && random.Chance(0.2) ? ("job", random.Pick(jobs)) : ("node", random.Pick(nodes));
        var rule = random.Pick(rules);
        var alert = new IncidentAlert
        {
            Rule = rule,
            Fingerprint = $"{rule}:{value}",
            Source = "rules",
            Labels = new Dictionary<string, string> { [label] = value },
            Severity = random.Pick([AlertSeverity.Info, AlertSeverity.Warning, AlertSeverity.Critical]),
            Summary = $"{rule} at {value}",
            Since = time.Now,
            Ended = random.Chance(0.5) ? time.Now : null,
        };
        return new(alert, random.Chance(0.5) ? "look" : null);
    }
}
