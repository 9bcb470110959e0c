using System.CommandLine;

namespace Datahall.Cli.Up;

internal static class UpCommand
{
    public static Command Create(GlobalOptions globals) => new("up", "x");
}
