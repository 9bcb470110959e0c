using System.Globalization;
using Datahall.Cli.Client;
using Datahall.Cli.Output;
using Datahall.Model;

namespace Datahall.Cli.Rollouts;

/// <summary>How a service's versions stand, for eyes.</summary>
internal static class RolloutText
{
    private static readonly string[] headings = ["VERSION", "ROLE", "REQUESTS", "REPLICAS", "READY", "ANSWERS", "FAILED", "P50", "P99"];

    /// <summary>Writes where the rollout is and a row for each version that has replicas or a share of the requests.</summary>
    public static async Task WriteAsync(Session session, Service service, CancellationToken cancellationToken)
    {
        if (service.Status is not { } status)
        {
            return;
        }

        var tasks = (await OwnedTasks.OfAsync(session.Api, service.Key, cancellationToken)).Select(static task => (TaskResource)task.Value).ToLookup(static task => task.Spec.Version);
        var traffic = await session.Api.GetAsync($"{ResourceClient.Path(service.Key)}/traffic?window=5m", ApiJson.Default.ServiceTrafficMessage, cancellationToken);
        session.Terminal.Out.WriteLine($"{Headline(status)}{(status.Rollout is { } rollout ? $"; begun {HumanUnits.Age(rollout.Started, session.Time.GetUtcNow())} ago" : "")}");
        int[] versions = [.. tasks.Select(static version => version.Key).Concat(status.Split.Select(static share => share.Version)).Append(status.Target.Number).Distinct().Order()];
        new TableText(session.Terminal, headings).Write([.. versions.Select(version => Row(status, version, [.. tasks[version]], traffic.Versions.FirstOrDefault(seen => seen.Version == version)))]);
    }

    /// <summary>Where the rollout is, in a line.</summary>
    public static string Headline(ServiceStatus status)
    {
        var what = status.Rollout is { } rollout
            ? $"{Phase.Word(rollout.Strategy)} rollout of version {status.Target.Number}, {Phase.Word(rollout.Stage)}"
            : status.Stable is null ? $"version {status.Target.Number} is starting"
            : $"version {status.Target.Number} is {Phase.Word(status.Phase)}, no rollout in progress";
        return status.Message is { } message ? $"{what}: {message}" : what;
    }

    private static Cell[] Row(ServiceStatus status, int version, TaskResource[] tasks, VersionTrafficMessage? seen) =>
    [
        Text(version),
        Role(status, version),
        Share(status, version),
        Text(tasks.Count(static task => task.Status.Phase is not TaskPhase.Stopping)),
        Text(tasks.Count(static task => task.Status is { Phase: TaskPhase.Running, Ready: true })),
        seen is null ? "-" : Text(seen.Succeeded + seen.Failed),
        seen is null ? "-" : HumanUnits.Number(100 * seen.ErrorRate, "0.##") + "%",
        seen is null || seen.Succeeded == 0 ? "-" : Time(seen.P50Seconds),
        seen is null || seen.Succeeded == 0 ? "-" : Time(seen.P99Seconds),
    ];

    private static string Role(ServiceStatus status, int version) =>
        version == status.Rejected?.Number ? "rejected"
        : version == status.Stable?.Number ? "stable"
        : version == status.Target.Number ? "new"
        : "old";

    private static string Share(ServiceStatus status, int version)
    {
        if (status.Split.Count == 0)
        {
            return "by replicas";
        }

        return status.Split.FirstOrDefault(share => share.Version == version) is { } share ? $"{Text(share.Weight)}%{(share.Shadow ? " copied" : "")}" : "none";
    }

    private static string Time(double seconds) => seconds < 1 ? HumanUnits.Number(1000 * seconds, "0.#") + "ms" : HumanUnits.Number(seconds) + "s";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
