using System.CommandLine;

namespace Datahall.Learning.Commands;

/// <summary>The <c>datahall-learn</c> program.</summary>
internal static class Program
{
    private const int Failed = 1;
    private const int Interrupted = 130;

    private static int Main(string[] arguments)
    {
        var root = new RootCommand("Trains, evaluates, tunes, compresses and exports language models of the BERT class.")
        {
            TrainCommand.Create(),
            EvaluateCommand.Create(),
            TuneCommand.Create(),
            CompressCommand.Create(),
            ExportCommand.Create(),
            RunsCommand.Create(),
        };
        try
        {
            return root.Parse(arguments.Length == 0 ? ["--help"] : arguments).Invoke(new() { EnableDefaultExceptionHandler = false });
        }
        catch (LearningException e)
        {
            return Fail(e.Message);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception e) when (Environment.GetEnvironmentVariable("DATAHALL_TRACE") is null or "") // The top of the program: a stack trace helps nobody who only runs it.
        {
            return Fail($"{e.Message} (DATAHALL_TRACE=1 shows where)");
        }
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"datahall: {message}");
        return Failed;
    }
}
