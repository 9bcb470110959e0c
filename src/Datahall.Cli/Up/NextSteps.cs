using Datahall.Cli.Output;
using Datahall.Cli.Version;
using Datahall.Model;
using DataDirectory = Datahall.Cli.Client.DataDirectory;

namespace Datahall.Cli.Up;

/// <summary>Tells whoever started the server what it is and what to do next.</summary>
internal static class NextSteps
{
    public static void Write(Session session, Uri url, IReadOnlyList<string> gateways, bool suggestApply)
    {
        var terminal = session.Terminal;
        terminal.Out.WriteLine($"{terminal.Paint("datahall", Ink.Strong)} {VersionCommand.OfProgram.Split('+')[0]} is ready at {terminal.Paint(url.ToString().TrimEnd('/'), Ink.Cyan)}");
        terminal.Out.WriteLine($"  data   {session.DataDirectory}");
        terminal.Out.WriteLine($"  token  {Path.Combine(session.DataDirectory, DataDirectory.TokenFile)}");
        foreach (var gateway in gateways)
        {
            terminal.Out.WriteLine($"  requests for services go to {gateway}");
        }

        terminal.Out.WriteLine("\nNext, in another terminal:");
        if (session.DataDirectory != DataDirectory.Default())
        {
            terminal.Out.WriteLine($"  export DATAHALL_DATA={session.DataDirectory}");
        }

        if (suggestApply)
        {
            terminal.Out.WriteLine($"  {Program} apply -f examples/hello");
        }

        terminal.Out.WriteLine($"  {Program} get all");
        terminal.Out.WriteLine($"  {Program} events -w");
        terminal.Out.WriteLine($"  {Program} top nodes");
        terminal.Line("\nCtrl-C stops the tasks in order, then the server.\n");
    }

    public static void AfterApply(Session session, IReadOnlyList<ResourceKey> keys, ExitCode exit)
    {
        var work = keys.FirstOrDefault(static key => key.Kind is ResourceKinds.Job or ResourceKinds.Service);
        if (work != default)
        {
            session.Terminal.Line(exit is ExitCode.Done
                ? $"\nEverything runs or is done. Its output: {Program} logs {work}"
                : $"\nNot everything runs. Why: {Program} describe {work}");
        }
    }

    /// <summary>The command as the user typed it.</summary>
    private static string Program => Environment.GetEnvironmentVariable("DATAHALL_COMMAND") is { Length: > 0 } typed ? typed : "datahall";
}
