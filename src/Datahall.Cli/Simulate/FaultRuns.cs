using System.Globalization;
using Datahall.Cli.Output;
using Datahall.Twin.Faults;

namespace Datahall.Cli.Simulate;

/// <summary>Runs the fault simulation: one seed with its whole history, or many with what failed.</summary>
internal static class FaultRuns
{
    private const int MostNamed = 20;

    public static int Run(Terminal terminal, ulong first, ulong last, CancellationToken cancellationToken) =>
        first == last ? One(terminal, first) : Many(terminal, first, last, cancellationToken);

    private static int One(Terminal terminal, ulong seed)
    {
        try
        {
            var run = FaultSimulation.Run(seed, line => terminal.Out.WriteLine(line));
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed} holds: {run.Steps} steps, history {run.History:x16}"));
            return (int)ExitCode.Done;
        }
        catch (InvariantException e)
        {
            throw CommandFailure.Refused(string.Create(CultureInfo.InvariantCulture, $"seed {seed} does not hold: {e.Message}"));
        }
    }

    private static int Many(Terminal terminal, ulong first, ulong last, CancellationToken cancellationToken)
    {
        var (held, failed, steps) = (0L, 0L, 0L);
        Parallel.For((long)first, (long)last + 1, new() { CancellationToken = cancellationToken }, seed =>
        {
            string? failure = null;
            try
            {
                Interlocked.Add(ref steps, FaultSimulation.Run((ulong)seed, null).Steps);
            }
            catch (InvariantException e)
            {
                failure = e.Message;
            }

            lock (terminal.Gate)
            {
                _ = failure is null ? held++ : failed++;
                if (failure is not null && failed <= MostNamed)
                {
                    terminal.Line(string.Create(CultureInfo.InvariantCulture, $"seed {seed} does not hold: {failure}\n  replay: ./datahall simulate --faults --seed {seed}"));
                }
                else if (terminal.IsInteractive && (held + failed) % 64 == 0)
                {
                    terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r\e[K{held + failed} of {last - first + 1} seeds"));
                }
            }
        });

        if (terminal.IsInteractive)
        {
            terminal.Error.Write("\r\e[K");
        }

        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{held} of {last - first + 1} seeds hold: {steps} steps of the core"));
        return failed == 0 ? (int)ExitCode.Done : (int)ExitCode.Failed;
    }
}
