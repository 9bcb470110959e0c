using System.Runtime.InteropServices;

namespace Datahall.Cli;

/// <summary>Ctrl-C and SIGTERM: the first asks a verb to end, the second ends the process.</summary>
internal sealed class Interrupt : IDisposable
{
    /// <summary>What shells report for a program that was interrupted.</summary>
    public const int ExitCode = 130;

    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interrupt() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Take),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take),
    ];

    public CancellationToken Token => _asked.Token;

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _asked.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        if (_asked.IsCancellationRequested)
        {
            return; // Not cancelled: the signal does what it does by default, at once.
        }

        context.Cancel = true;
        _asked.Cancel();
    }
}
