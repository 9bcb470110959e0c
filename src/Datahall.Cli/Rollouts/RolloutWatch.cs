using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Model;

namespace Datahall.Cli.Rollouts;

/// <summary>Follows a rollout to its end, a line for each change.</summary>
internal static class RolloutWatch
{
    /// <summary>Follows until no rollout is in progress and the service is healthy.</summary>
    /// <returns><see cref="ExitCode.Failed"/> when the version was sent back.</returns>
    /// <exception cref="CommandFailure">There is no such service, or it was deleted meanwhile.</exception>
    public static async Task<ExitCode> FollowAsync(Session session, ResourceKey key, CancellationToken cancellationToken)
    {
        var (items, revision) = await session.Api.ListAsync(key.Kind, null, cancellationToken);
        var service = (Service?)items.FirstOrDefault(item => item.Value.Name == key.Name)?.Value ?? throw new CommandFailure(ExitCode.Failed, $"there is no {key}");
        var coming = service.Status?.Target.Number;
        var sentBack = WasSentBack(service, coming);
        Say(session, service, null);
        if (IsOver(service))
        {
            return ExitCode.Done;
        }

        await foreach (var message in new EventStream(session.Api, session.Time).FollowAsync("/api/v1/watch", revision, cancellationToken))
        {
            if (JsonSerializer.Deserialize(message.Data, ApiJson.Default.WatchMessage) is not { } change || change.Name != key.Name || change.Kind != key.Kind)
            {
                continue;
            }

            if (change.Resource is not { ValueKind: JsonValueKind.Object } json)
            {
                throw new CommandFailure(ExitCode.Failed, $"{key} was deleted");
            }

            var next = (Service)Received.Of(json).Value;
            Say(session, next, service);
            (service, sentBack) = (next, sentBack || WasSentBack(next, coming));
            if (IsOver(service))
            {
                break;
            }
        }

        return sentBack ? ExitCode.Failed : ExitCode.Done;
    }

    private static bool WasSentBack(Service service, int? coming) => service.Status is { } status && (status.Phase is ServicePhase.RollingBack || status.Target.Number < coming);

    private static bool IsOver(Service service) => service.Status is { Rollout: null, Stable: not null, Phase: ServicePhase.Healthy };

    private static void Say(Session session, Service service, Service? before)
    {
        if (Line(service) is var line && line != (before is null ? null : Line(before)))
        {
            session.Terminal.Line($"{service.Key}: {line}");
        }
    }

    private static string Line(Service service) => service.Status is { } status ? RolloutText.Headline(status) : "it has just been made";
}
