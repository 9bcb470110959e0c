using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Model;

namespace Datahall.Cli.Rollouts;

/// <summary>Follows a rollout to its end, a line for each change.</summary>
internal static class RolloutWatch
{
    /// <summary>Follows until no rollout is in progress and the service is healthy.</summary>
    /// <returns><see cref="ExitCode.Failed"/> when the version was sent back, or the service is gone.</returns>
    public static async Task<ExitCode> FollowAsync(Session session, ResourceKey key, CancellationToken cancellationToken)
    {
        var received = await session.Api.GetAsync(key, cancellationToken);
        var coming = ((Service)received.Value).Status?.Target.Number;
        if (Say(session, key, (Service)received.Value, null) is { } first)
        {
            return first;
        }

        var said = Line((Service)received.Value);
        await foreach (var message in new EventStream(session.Api, session.Time).FollowAsync($"/api/v1/watch?kind={ResourceKinds.Service}", received.Value.Revision, cancellationToken))
        {
            if (JsonSerializer.Deserialize(message.Data, ApiJson.Default.WatchMessage) is not { } change || change.Name != key.Name)
            {
                continue;
            }

            if (change.Resource is not { ValueKind: JsonValueKind.Object } json)
            {
                throw new CommandFailure(ExitCode.Failed, $"{key} was deleted");
            }

            var service = (Service)Received.Of(json).Value;
            if (Say(session, key, service, said) is { } end)
            {
                return service.Status!.Target.Number == coming ? end : ExitCode.Failed;
            }

            said = Line(service);
        }

        return ExitCode.Failed;
    }

    private static ExitCode? Say(Session session, ResourceKey key, Service service, string? said)
    {
        if (Line(service) is var line && line != said)
        {
            session.Terminal.Line($"{key}: {line}");
        }

        return service.Status is { Rollout: null, Stable: not null, Phase: ServicePhase.Healthy } ? ExitCode.Done : null;
    }

    private static string Line(Service service) => service.Status is { } status ? RolloutText.Headline(status) : "";
}
