using System.Globalization;
using Datahall.Control.Traffic;
using Datahall.Model;

namespace Datahall.Control.Services;

/// <summary>Judges a new version by what gateways saw of it and of the old one.</summary>
internal sealed class RolloutJudge(TrafficBook traffic)
{
    /// <summary>Judges the target version of a service.</summary>
    /// <param name="service">A service in a step of a rollout that has an analysis.</param>
    /// <param name="time">How long the step has been in force.</param>
    public Verdict Judge(Service service, TimeSpan time)
    {
        var analysis = service.Spec.Rollout.Analysis!;
        var (target, stable) = (service.Status!.Target.Number, service.Status.Stable!.Number);
        var load = traffic.Over(service, time);
        var fresh = load.Of(target);
        if (fresh.Answers.Total < analysis.MinRequests)
        {
            return new(VerdictKind.Unknown, load.Seconds == 0 && !traffic.HasGateways
                ? "no gateway reports"
                : string.Create(CultureInfo.InvariantCulture, $"version {target} has given {fresh.Answers.Total} of the {analysis.MinRequests} answers that it takes to judge it"));
        }

        if (analysis.MaxErrorRate is { } most && fresh.Answers.ErrorRate > most)
        {
            return new(VerdictKind.Bad, string.Create(CultureInfo.InvariantCulture, $"{Percent(fresh.Answers.ErrorRate)} of {fresh.Answers.Total} answers of version {target} failed; the limit is {Percent(most)}"));
        }

        // After a switch the old version has no traffic any more: then what is still known of the time before has to do.
        var old = load.Of(stable);
        old = old.Answers.Total < analysis.MinRequests ? traffic.Over(service, TrafficBook.Longest).Of(stable) : old;
        return old.Answers.Total >= analysis.MinRequests ? Compare(analysis, (target, fresh), (stable, old))
            : analysis.MaxErrorRate is not null || !StableHasRequests(service) ? new(VerdictKind.Good, $"{Describe(target, fresh, analysis)}; too little is known of version {stable} to compare")
            : new(VerdictKind.Unknown, string.Create(CultureInfo.InvariantCulture, $"version {stable} has given {old.Answers.Total} of the {analysis.MinRequests} answers that it takes to compare"));
    }

    // Once it has none, as after a switch, no waiting will tell more of it.
    private static bool StableHasRequests(Service service) =>
        service.Status!.Split.Any(share => share.Version == service.Status.Stable!.Number && share is { Weight: > 0, Shadow: false });

    private static Verdict Compare(RolloutAnalysis analysis, (int Version, VersionLoad Load) fresh, (int Version, VersionLoad Load) old)
    {
        var (now, before) = (fresh.Load.Answers.ErrorRate, old.Load.Answers.ErrorRate);
        if (analysis.MaxErrorIncrease is { } increase && now - before > increase)
        {
            return new(VerdictKind.Bad, $"{Percent(now)} of the answers of version {fresh.Version} failed, {Percent(before)} of version {old.Version}; the limit is {Percent(increase)} more");
        }

        var (latency, usual) = (fresh.Load.LatencySeconds(analysis.Quantile), old.Load.LatencySeconds(analysis.Quantile));
        return analysis.MaxLatencyRatio is { } ratio && usual > 0 && latency > ratio * usual
            ? new(VerdictKind.Bad, string.Create(CultureInfo.InvariantCulture, $"{Quantile(analysis)} of version {fresh.Version} is {Time(latency)}, {latency / usual:0.0} times the {Time(usual)} of version {old.Version}; the limit is {ratio:0.##}"))
            : new(VerdictKind.Good, $"{Describe(fresh.Version, fresh.Load, analysis)}; {Describe(old.Version, old.Load, analysis)}");
    }

    private static string Describe(int version, VersionLoad load, RolloutAnalysis analysis) =>
        $"version {version}: {Percent(load.Answers.ErrorRate)} of {load.Answers.Total.ToString(CultureInfo.InvariantCulture)} failed, {Quantile(analysis)} {Time(load.LatencySeconds(analysis.Quantile))}";

    private static string Quantile(RolloutAnalysis analysis) => string.Create(CultureInfo.InvariantCulture, $"p{100 * analysis.Quantile:0.#}");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.##} %");

    private static string Time(double seconds) => seconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{1000 * seconds:0.#} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.##} s");
}

/// <summary>What a new version's traffic says.</summary>
/// <param name="Kind">In a word.</param>
/// <param name="Message">In a sentence for people.</param>
internal readonly record struct Verdict(VerdictKind Kind, string Message);

/// <summary>What a new version's traffic says.</summary>
internal enum VerdictKind
{
    Good,
    Bad,
    Unknown,
}
