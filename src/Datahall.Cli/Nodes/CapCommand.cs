using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Nodes;

/// <summary><c>datahall node cap</c>: what a node's devices may draw together.</summary>
internal static class CapCommand
{
    private const string None = "none";

    public static Command Create(GlobalOptions globals)
    {
        var name = new Argument<string>("NAME") { HelpName = "NAME", Description = "The node" };
        name.CompletionSources.Add(context => ResourceCompletion.NamesOf(globals, context, ResourceKinds.Node));
        var watts = new Argument<string>("WATTS") { HelpName = "WATTS|none", Description = $"What its processors and accelerators may draw together, such as 400W or 5kW; {None}: no cap by hand" };
        var command = new Command("cap", "Cap the power of a node's devices, or take the cap away") { name, watts };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var (key, cap) = (new ResourceKey(ResourceKinds.Node, Target.NameOf(ResourceKinds.Node, parsed.GetRequiredValue(name))), CapOf(parsed.GetRequiredValue(watts)));
            using var body = ApiClient.Json(new CapBody(cap?.ToString()), ApiJson.Default.CapBody);
            await session.Api.SendAsync(HttpMethod.Post, $"{ResourceClient.Path(key)}/cap", body, cancellationToken);
            session.Terminal.Line(cap is null ? $"{key} has no cap by hand" : $"{key} may draw {cap}; 'datahall explain {key}' says when that is in force");
        });
        return command;
    }

    private static Watts? CapOf(string text) => text == None ? null
        : Watts.TryParse(text, out var watts) && watts.Value > 0 ? watts
        : throw CommandFailure.Usage($"'{text}' is no power; write {Watts.Example}, or {None}");
}
