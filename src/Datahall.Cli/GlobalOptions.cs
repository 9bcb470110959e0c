using System.CommandLine;
using Datahall.Cli.Output;

namespace Datahall.Cli;

/// <summary>The options every verb takes.</summary>
internal sealed class GlobalOptions(Terminal terminal, TimeProvider time)
{
    public Option<string?> Server { get; } = new("--server")
    {
        Description = "URL of the server (default: $DATAHALL_SERVER, or that of the server of the data directory)",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> Token { get; } = new("--token")
    {
        Description = "Token to sign in with (default: $DATAHALL_TOKEN, or admin.token in the data directory)",
        HelpName = "TOKEN",
        Recursive = true,
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "Data directory (default: $DATAHALL_DATA, or datahall in $XDG_DATA_HOME or ~/.local/share)",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<bool> NoColor { get; } = new("--no-color")
    {
        Description = "No colours (also: NO_COLOR)",
        Recursive = true,
    };

    /// <summary>The clock, for verbs that need no server.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>The terminal, for verbs that need no server.</summary>
    public Terminal TerminalFor(ParseResult parsed)
    {
        terminal.UseColour(!parsed.GetValue(NoColor));
        return terminal;
    }

    public Session Open(ParseResult parsed) =>
        new(TerminalFor(parsed), Time, DataDirectory(parsed), parsed.GetValue(Server), parsed.GetValue(Token));

    private string DataDirectory(ParseResult parsed) =>
        parsed.GetValue(Data) is { Length: > 0 } given ? Path.GetFullPath(given) : Client.DataDirectory.Default();
}
