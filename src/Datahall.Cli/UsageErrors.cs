using System.CommandLine;
using System.CommandLine.Parsing;
using Datahall.Cli.Targets;

namespace Datahall.Cli;

/// <summary>Says what is wrong with a command line, and what was probably meant.</summary>
internal static class UsageErrors
{
    /// <summary>What is wrong; null when nothing is.</summary>
    public static CommandFailure? Find(ParseResult parsed)
    {
        // The parser takes an unknown option for one more name where a verb takes any number of them.
        var dashed = parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(static argument => argument.Tokens)
            .FirstOrDefault(static token => token.Value is ['-', _, ..]);
        return dashed is not null ? CommandFailure.Usage($"{UnknownOption(parsed, dashed.Value)}; {Help(parsed)}")
            : parsed.Errors.Count > 0 ? Explain(parsed)
            : null;
    }

    private static CommandFailure Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = Help(parsed);
        if (Unknown(parsed, command) is { } unknown)
        {
            return CommandFailure.Usage($"{unknown}; {help}");
        }

        return command.Subcommands.Count > 0
            ? CommandFailure.Usage($"'{Path(parsed.CommandResult).Trim()}' needs a verb: {string.Join(", ", Verbs(command))}; {help}")
            : CommandFailure.Usage($"{parsed.Errors[0].Message.TrimEnd('.')}; {help}");
    }

    private static string? Unknown(ParseResult parsed, Command command)
    {
        if (parsed.UnmatchedTokens is not [var token, ..])
        {
            return null;
        }

        if (token is ['-', not '-' and not (>= '0' and <= '9'), ..] or ['-', '-', _, ..])
        {
            return UnknownOption(parsed, token);
        }

        return command.Subcommands.Count > 0
            ? $"there is no verb '{token}'{NameSuggestion.For(token, Verbs(command))}"
            : $"'{token}' is more than this verb takes";
    }

    private static string UnknownOption(ParseResult parsed, string token)
    {
        var options = Options(parsed.CommandResult).SelectMany(static option => option.Aliases.Append(option.Name));
        return $"'{token}' is no option of this verb{NameSuggestion.For(token.Split('=')[0], options)}";
    }

    private static string Help(ParseResult parsed) => $"see 'datahall {Path(parsed.CommandResult)}--help'";

    private static IEnumerable<string> Verbs(Command command) =>
        command.Subcommands.Where(static verb => !verb.Hidden).Select(static verb => verb.Name);

    /// <summary>The verb's own options and those that every verb takes.</summary>
    private static IEnumerable<Option> Options(CommandResult result)
    {
        for (SymbolResult? at = result; at is not null; at = at.Parent)
        {
            if (at is CommandResult { Command: var command })
            {
                foreach (var option in command.Options.Where(option => command == result.Command || option.Recursive))
                {
                    yield return option;
                }
            }
        }
    }

    private static string Path(CommandResult result) => result.Parent is CommandResult parent ? $"{Path(parent)}{result.Command.Name} " : "";
}
