using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;

namespace Datahall.Cli.Describe;

/// <summary><c>datahall explain</c>: why something is as it is.</summary>
internal static class ExplainCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var what = new Argument<string>("KIND/NAME") { HelpName = "KIND/NAME", Description = "The resource" };
        what.CompletionSources.Add(context => ResourceCompletion.KindSlashName(globals, context));
        var command = new Command("explain", "Say why a resource is as it is: why pending, why on that node") { what };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var explanation = await session.Api.ExplainAsync(Target.Key(parsed.GetRequiredValue(what)), cancellationToken);
            Write(session.Terminal, explanation);
        });
        return command;
    }

    internal static void Write(Terminal terminal, ExplanationMessage explanation)
    {
        terminal.Out.WriteLine(explanation.Summary);
        foreach (var line in explanation.Details ?? [])
        {
            terminal.Out.WriteLine($"  {line}");
        }
    }
}
