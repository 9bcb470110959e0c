using Datahall.Cli.Output;

namespace Datahall.Cli;

/// <summary>Tells a user what went wrong.</summary>
internal static class FailureText
{
    public static void Write(Terminal terminal, CommandFailure failure)
    {
        terminal.Error.WriteLine($"datahall: {failure.Message}");
        foreach (var detail in failure.Details)
        {
            terminal.Error.WriteLine(detail);
        }
    }
}
