using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Rollouts;

/// <summary><c>datahall rollout</c>: how a new version of a service comes along, on with it, or back.</summary>
internal static class RolloutCommand
{
    public static Command Create(GlobalOptions globals) => new("rollout", "Follow, promote and abort rollouts of services")
    {
        Status(globals),
        Promote(globals),
        Abort(globals),
    };

    private static Command Status(GlobalOptions globals)
    {
        var service = ServiceArgument(globals);
        var wait = new Option<bool>("--wait") { Description = "Show every change until the rollout is over; fails when the version was sent back" };
        var command = new Command("status", "Show where a rollout is and how its versions answer") { service, wait };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var key = KeyOf(parsed.GetRequiredValue(service));
            if (parsed.GetValue(wait))
            {
                return (int)await RolloutWatch.FollowAsync(session, key, cancellationToken);
            }

            await RolloutText.WriteAsync(session, await ReadAsync(session, key, cancellationToken), cancellationToken);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command Promote(GlobalOptions globals)
    {
        var service = ServiceArgument(globals);
        var all = new Option<bool>("--all") { Description = "Leave out all further steps too" };
        var command = new Command("promote", "End the step that a rollout is in: on to the next one, or to the end") { service, all };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var key = KeyOf(parsed.GetRequiredValue(service));
            var status = (await ReadAsync(session, key, cancellationToken)).Status;

            // What was seen is what is promoted: if it went on by itself meanwhile, the server refuses.
            using var body = ApiClient.Json(new PromoteBody(parsed.GetValue(all), status?.Target.Number ?? 0, status?.Rollout?.Step), ApiJson.Default.PromoteBody);
            await session.Api.SendAsync(HttpMethod.Post, $"{ResourceClient.Path(key)}/rollout/promote", body, cancellationToken);
            await SayAsync(session, key, cancellationToken);
        });
        return command;
    }

    private static Command Abort(GlobalOptions globals)
    {
        var service = ServiceArgument(globals);
        var command = new Command("abort", "Send the new version back: the stable one gets all requests again") { service };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var key = KeyOf(parsed.GetRequiredValue(service));
            await session.Api.SendAsync(HttpMethod.Post, $"{ResourceClient.Path(key)}/rollout/abort", null, cancellationToken);
            await SayAsync(session, key, cancellationToken);
        });
        return command;
    }

    private static async Task SayAsync(Session session, ResourceKey key, CancellationToken cancellationToken) =>
        session.Terminal.Line($"{key}: {RolloutText.Headline((await ReadAsync(session, key, cancellationToken)).Status!)}");

    private static async Task<Service> ReadAsync(Session session, ResourceKey key, CancellationToken cancellationToken) =>
        (Service)(await session.Api.GetAsync(key, cancellationToken)).Value;

    private static ResourceKey KeyOf(string word) => new(ResourceKinds.Service, Target.NameOf(ResourceKinds.Service, word));

    private static Argument<string> ServiceArgument(GlobalOptions globals)
    {
        var service = new Argument<string>("SERVICE") { HelpName = "SERVICE", Description = "The service" };
        service.CompletionSources.Add(context => ResourceCompletion.NamesOf(globals, context, ResourceKinds.Service));
        return service;
    }
}
