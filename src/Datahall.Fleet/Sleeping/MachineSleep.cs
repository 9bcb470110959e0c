using System.ComponentModel;
using System.Diagnostics;

namespace Datahall.Fleet.Sleeping;

/// <summary>Puts this machine to sleep, and notices that it woke.</summary>
internal static class MachineSleep
{
    // systemctl suspend returns before the machine sleeps.
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan look = TimeSpan.FromSeconds(1);

    // More than a clock is set by at a time.
    private static readonly TimeSpan gap = TimeSpan.FromSeconds(10);

    /// <summary>Runs the command, and waits until the machine has slept and is awake again. A command that ends this process never returns.</summary>
    /// <param name="command">The command, for <c>/bin/sh -c</c>; it has the node's name as <c>DATAHALL_NODE</c>.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Why it did not sleep; null when it did.</returns>
    public static async Task<string?> RunAsync(string command, string node, TimeProvider time, CancellationToken cancellationToken)
    {
        var (before, started) = (time.GetUtcNow(), time.GetTimestamp());
        var start = new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", command }, Environment = { ["DATAHALL_NODE"] = node } };
        try
        {
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(cancellationToken).WaitAsync(patience, time, cancellationToken);
            if (process.ExitCode != 0)
            {
                return $"'{command}' ended with exit code {process.ExitCode}";
            }
        }
        catch (TimeoutException)
        {
            return $"'{command}' did not end within {patience.TotalSeconds} s";
        }
        catch (Win32Exception e)
        {
            return $"'{command}' cannot be started: {e.Message}";
        }

        // The monotonic clock stands still while the machine sleeps, the wall clock does not.
        using var timer = new PeriodicTimer(look, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var elapsed = time.GetElapsedTime(started);
            if (time.GetUtcNow() - before - elapsed > gap)
            {
                return null;
            }

            if (elapsed > patience)
            {
                return $"'{command}' succeeded, but the machine did not sleep";
            }
        }

        return null;
    }
}
