using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Changes;

/// <summary><c>datahall cancel</c>: a job that is stopped and kept.</summary>
internal static class CancelCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var jobs = new Argument<string[]>("job/NAME") { HelpName = "job/NAME", Description = "The jobs to stop", Arity = ArgumentArity.OneOrMore };
        jobs.CompletionSources.Add(context => ResourceCompletion.NamesOf(globals, context, ResourceKinds.Job));
        var command = new Command("cancel", "Stop jobs and keep them as cancelled") { jobs };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            foreach (var name in parsed.GetRequiredValue(jobs).Select(static word => Target.NameOf(ResourceKinds.Job, word)))
            {
                var key = new ResourceKey(ResourceKinds.Job, name);
                await session.Api.SendAsync(HttpMethod.Post, $"{ResourceClient.Path(key)}/cancel", null, cancellationToken);
                session.Terminal.Line($"{key} cancelled");
            }
        });
        return command;
    }
}
