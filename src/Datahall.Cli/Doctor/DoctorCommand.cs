using System.CommandLine;
using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli.Doctor;

/// <summary><c>datahall doctor</c>: whether this machine can run Datahall, and what to mend.</summary>
internal static class DoctorCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var listen = new Option<string>("--listen") { Description = "The URL 'datahall up' would listen at", HelpName = "URL", DefaultValueFactory = static _ => ServerAddress.DefaultUrl };
        var command = new Command("doctor", "Check this machine: limits, ports, disk, clock, GPUs, server; says how to mend what is wrong") { listen };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var url = ServerAddress.Parse(parsed.GetRequiredValue(listen), "--listen");
            var worst = Grade.Good;
            await foreach (var finding in CheckAsync(session, url, cancellationToken))
            {
                Write(session.Terminal, finding);
                worst = finding.Grade > worst ? finding.Grade : worst;
            }

            return (int)(worst is Grade.Bad ? ExitCode.Failed : ExitCode.Done);
        });
        return command;
    }

    private static async IAsyncEnumerable<Finding> CheckAsync(
        Session session, Uri listen, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return ProgramCheck.Shell();
        yield return ProgramCheck.SetSid();
        yield return CgroupCheck.Run();
        yield return FileLimitCheck.Run();
        foreach (var finding in DataDirectoryCheck.Run(session.DataDirectory))
        {
            yield return finding;
        }

        yield return ClockCheck.Run();
        yield return await GpuCheck.RunAsync(cancellationToken);
        yield return PortCheck.TaskPorts();
        yield return await ServerCheck.RunAsync(session, listen, cancellationToken);
    }

    private static void Write(Terminal terminal, Finding finding)
    {
        var (mark, ink) = finding.Grade switch
        {
            Grade.Good => ("ok  ", Ink.Green),
            Grade.Weak => ("weak", Ink.Yellow),
            _ => ("BAD ", Ink.Red),
        };
        terminal.Line($"{terminal.Paint(mark, ink)}  {finding.Subject}: {finding.Detail}");
        if (finding.Mend is { } mend)
        {
            terminal.Line($"      mend: {mend}");
        }
    }
}
