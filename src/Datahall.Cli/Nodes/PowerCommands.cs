using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Nodes;

/// <summary><c>datahall node sleep|wake|auto</c>.</summary>
internal static class PowerCommands
{
    public static Command Create(GlobalOptions globals, string verb, string description, PowerMode mode)
    {
        var names = NodeCommand.NamesArgument(globals);
        var drain = new Option<bool>("--drain") { Description = "Also those with tasks, once these have moved away" };
        var command = new Command(verb, description) { names };
        if (mode is PowerMode.Asleep)
        {
            command.Add(drain);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            foreach (var word in parsed.GetRequiredValue(names))
            {
                var key = new ResourceKey(ResourceKinds.Node, Target.NameOf(ResourceKinds.Node, word));
                using var body = ApiClient.Json(new PowerBody(Phase.Word(mode), mode is PowerMode.Asleep && parsed.GetValue(drain)), ApiJson.Default.PowerBody);
                await session.Api.SendAsync(HttpMethod.Post, $"{ResourceClient.Path(key)}/power", body, cancellationToken);
                session.Terminal.Line($"{key} is wanted {Phase.Word(mode)}");
            }
        });
        return command;
    }
}
