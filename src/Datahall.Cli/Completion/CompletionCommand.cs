using System.CommandLine;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;

namespace Datahall.Cli.Completion;

/// <summary><c>datahall completion</c>: the script that makes a shell complete this command, and the verb it calls.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # datahall completion for bash; load it with: source <(datahall completion bash)
        _datahall() {
            local IFS=$'\n'
            COMPREPLY=($("${COMP_WORDS[0]}" complete -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
            [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
        }
        complete -o default -F _datahall datahall ./datahall
        """;

    private const string Zsh = """
        #compdef datahall
        # datahall completion for zsh; load it with: source <(datahall completion zsh)
        _datahall() {
            local -a found
            found=("${(@f)$("${words[1]}" complete -- "${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
            compadd -- ${found:#}
        }
        compdef _datahall datahall
        """;

    private const string Fish = """
        # datahall completion for fish; load it with: datahall completion fish | source
        complete -c datahall -f -a '(datahall complete -- (commandline -cp) 2>/dev/null)'
        complete -c datahall -n '__fish_seen_subcommand_from apply delete; and __fish_prev_arg_in -f --file' -F
        """;

    private static readonly Dictionary<string, string> Scripts = new() { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish };

    public static Command Create(GlobalOptions globals)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        var command = new Command("completion", "Print the script that makes a shell complete datahall") { shell };
        command.SetAction(parsed =>
        {
            using var session = globals.Open(parsed);
            var name = parsed.GetRequiredValue(shell);
            session.Terminal.Out.WriteLine(Scripts.TryGetValue(name, out var script)
                ? script
                : throw CommandFailure.Usage($"there is no completion for '{name}'{NameSuggestion.For(name, Scripts.Keys)}; there is bash, zsh and fish"));
        });
        return command;
    }

    /// <summary>The hidden verb that the scripts call with the line up to the cursor.</summary>
    public static Command CreateComplete(RootCommand root, Terminal terminal)
    {
        var line = new Argument<string>("LINE");
        var command = new Command("complete", "Complete a command line") { line };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            foreach (var word in Complete(root, parsed.GetRequiredValue(line)))
            {
                terminal.Out.WriteLine(word);
            }
        });
        return command;
    }

    private static IEnumerable<string> Complete(RootCommand root, string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
        {
            return [];
        }

        // The first word is how the shell calls the program; the rest is parsed as the program would.
        // It offers every word that contains the one begun; shells only want those that begin so.
        var text = line[(space + 1)..];
        var begun = text[(text.LastIndexOf(' ') + 1)..];
        return root.Parse(text).GetCompletions(text.Length)
            .Select(static item => item.InsertText ?? item.Label)
            .Where(word => word.StartsWith(begun, StringComparison.OrdinalIgnoreCase))
            .Distinct();
    }
}
