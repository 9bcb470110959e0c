using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Output;
using Datahall.Model;

namespace Datahall.Cli.Tokens;

/// <summary><c>datahall tokens</c>: tokens for people and programs, each with a role.</summary>
internal static class TokensCommand
{
    public static Command Create(GlobalOptions globals) => new("tokens", "Tokens for people and programs, each with a role") { New(globals), List(globals), Revoke(globals) };

    private static Command New(GlobalOptions globals)
    {
        var role = new Option<string>("--role") { Description = "viewer reads; operator handles work, nodes and incidents; admin does everything", HelpName = "viewer|operator|admin", Required = true };
        role.AcceptOnlyFromAmong("viewer", "operator", "admin");
        var name = new Option<string>("--name") { Description = "What it is called; what its owner does is written down under this name", HelpName = "NAME", Required = true };
        var expires = new Option<string?>("--expires") { Description = "How long it opens anything, such as 30d (default: until it is revoked)", HelpName = "DURATION" };
        var command = new Command("create", "Make a token, and show it this once") { role, name, expires };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var lifetime = parsed.GetValue(expires);
            if (lifetime is not null && !Duration.TryParse(lifetime, out _))
            {
                throw CommandFailure.Usage($"'{lifetime}' is no time; write it like {Duration.Example}");
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tokens")
            {
                Content = ApiClient.Json(new TokenBody(parsed.GetRequiredValue(name), parsed.GetRequiredValue(role), lifetime), ApiJson.Default.TokenBody),
            };
            var made = await session.Api.SendAsync(request, ApiJson.Default.NewToken, cancellationToken);
            session.Terminal.Error.WriteLine($"token '{made.Name}' with the role {made.Role}{(made.Expires is { } end ? $" until {end:u}" : "")}; it is kept nowhere, and cannot be shown again:");
            session.Terminal.Out.WriteLine(made.Token);
        });
        return command;
    }

    private static Command List(GlobalOptions globals)
    {
        var format = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json);
        var command = new Command("ls", "List the tokens that were made, without their secrets") { format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var answer = await session.Api.GetAsync("/api/v1/tokens", cancellationToken);
            if (parsed.GetValue(format) is OutputFormat.Json)
            {
                session.Terminal.Out.WriteLine(answer.ToString());
                return;
            }

            var now = session.Time.GetUtcNow();
            new TableText(session.Terminal, ["NAME", "ROLE", "AGE", "ENDS"]).Write(
            [
                .. answer.Items("items").Select(token => (IReadOnlyList<Cell>)
                [
                    token.Text("name") ?? "",
                    token.Text("role") ?? "",
                    HumanUnits.Age(token.Time("created"), now),
                    token.Time("expires") is not { } end ? "never" : end <= now ? new Cell("ended", Ink.Faint) : end.ToString("u"),
                ]),
            ]);
        });
        return command;
    }

    private static Command Revoke(GlobalOptions globals)
    {
        var names = new Argument<string[]>("NAME…") { HelpName = "NAME…", Description = "The tokens", Arity = ArgumentArity.OneOrMore };
        var command = new Command("revoke", "Take tokens away") { names };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            foreach (var name in parsed.GetRequiredValue(names))
            {
                await session.Api.SendAsync(HttpMethod.Delete, $"/api/v1/tokens/{Uri.EscapeDataString(name)}", null, cancellationToken);
                session.Terminal.Line($"token '{name}' opens nothing any more");
            }
        });
        return command;
    }
}
