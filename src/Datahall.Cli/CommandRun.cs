using System.CommandLine;
using Datahall.Cli.Learning;
using Datahall.Cli.Output;

namespace Datahall.Cli;

/// <summary>Parses, runs a verb, and turns what comes of it into an exit code and clear words.</summary>
internal static class CommandRun
{
    public static async Task<int> RunAsync(RootCommand root, string[] arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            var exit = await InvokeAsync(root, arguments, terminal, cancellationToken);
            await terminal.Out.FlushAsync(CancellationToken.None);
            return exit;
        }
        catch (CommandFailure e)
        {
            return Fail(terminal, e);
        }
        catch (OutputClosedException e) when (e.ReaderIsGone)
        {
            return (int)ExitCode.Done; // As with head: the reader has what it wanted.
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Flush(terminal);
            return Interrupt.ExitCode;
        }
        catch (Exception e) // The top of the program: a stack trace helps nobody who only runs it.
        {
            return Fail(terminal, CommandFailure.Refused(Environment.GetEnvironmentVariable("DATAHALL_TRACE") is { Length: > 0 } ? e.ToString() : e.Message));
        }
    }

    private static async Task<int> InvokeAsync(RootCommand root, string[] arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        if (LearningCommands.Takes(arguments))
        {
            return LearningProgram.Run(arguments); // Its --help too is its own.
        }

        var parsed = root.Parse(arguments);
        if (arguments.Length == 0)
        {
            parsed = root.Parse(["--help"]);
        }
        else if (UsageErrors.Find(parsed) is { } wrong)
        {
            throw wrong;
        }

        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(configuration, cancellationToken);
    }

    private static int Fail(Terminal terminal, CommandFailure failure)
    {
        Flush(terminal);
        FailureText.Write(terminal, failure);
        return (int)failure.Exit;
    }

    /// <summary>What was written before the failure is not lost with it.</summary>
    private static void Flush(Terminal terminal)
    {
        try
        {
            terminal.Out.Flush();
        }
        catch (OutputClosedException)
        {
            // There is nobody left to read it.
        }
    }
}
