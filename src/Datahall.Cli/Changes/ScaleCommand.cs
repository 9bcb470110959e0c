using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Changes;

/// <summary><c>datahall scale</c>: more or fewer replicas of a service.</summary>
internal static class ScaleCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var service = new Argument<string>("service/NAME") { HelpName = "service/NAME", Description = "The service" };
        service.CompletionSources.Add(context => ResourceCompletion.NamesOf(globals, context, ResourceKinds.Service));
        var replicas = new Option<int>("--replicas") { Description = "How many replicas; 0 stops the service and keeps it", HelpName = "N", Required = true };
        replicas.Validators.Add(static result =>
        {
            if (result.Errors.Any() || result.Tokens is not [var token] || !int.TryParse(token.Value, out var number) || number is < 0 or > 100_000)
            {
                result.AddError("--replicas takes a number from 0 to 100000");
            }
        });
        var command = new Command("scale", "Change the number of replicas of a service") { service, replicas };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var key = new ResourceKey(ResourceKinds.Service, Target.NameOf(ResourceKinds.Service, parsed.GetRequiredValue(service)));
            var wanted = parsed.GetValue(replicas);
            using var body = ApiClient.Json(new ScaleBody(wanted), ApiJson.Default.ScaleBody);
            await session.Api.SendAsync(HttpMethod.Post, $"{ResourceClient.Path(key)}/scale", body, cancellationToken);
            session.Terminal.Line($"{key} scaled to {wanted}");
        });
        return command;
    }
}
