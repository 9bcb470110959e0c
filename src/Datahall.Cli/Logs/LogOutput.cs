using Datahall.Cli.Output;

namespace Datahall.Cli.Logs;

/// <summary>Where the lines of one task go; lines of several tasks never mix within a line.</summary>
internal sealed class LogOutput(Terminal terminal, string prefix)
{
    public void Line(string line)
    {
        lock (terminal.Gate)
        {
            terminal.Out.Write(prefix);
            terminal.Out.WriteLine(line);
        }
    }

    /// <summary>What was written so far goes out, before a wait for more.</summary>
    public void Flush()
    {
        lock (terminal.Gate)
        {
            terminal.Out.Flush();
        }
    }

    public void Remark(CommandFailure failure, string task)
    {
        lock (terminal.Gate)
        {
            terminal.Error.WriteLine($"datahall: {task}: {failure.Message}");
        }
    }
}
