using Datahall.Control.Inputs;
using Datahall.Server.Loop;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Alerts;

/// <summary>Tells the core which alerts began to fire and which have ended; what it could not take, because the store failed, the next time again. For one caller at a time.</summary>
/// <param name="submit">Has the core decide.</param>
/// <param name="logger">Where it is said what was left out.</param>
internal sealed partial class AlertTeller(Func<Input, CancellationToken, Task<Outcome>> submit, ILogger logger)
{
    private readonly OrderedDictionary<string, AlertChange> untold = new(StringComparer.Ordinal);

    /// <summary>Keeps a change until it has been told; of one alert the last.</summary>
    public void Add(AlertChange change) => untold[change.Alert.Fingerprint] = change;

    /// <summary>Tells everything that is not told yet.</summary>
    /// <returns>What the core has taken.</returns>
    /// <exception cref="StoreUnavailableException">The store does not take it now; it is kept.</exception>
    public async Task<IReadOnlyList<AlertChange>> TellAsync(CancellationToken cancellationToken)
    {
        AlertChange[] changes = [.. untold.Values];
        if (changes.Length == 0)
        {
            return [];
        }

        try
        {
            await submit(new ReportAlerts(changes), cancellationToken);
            untold.Clear();
            return changes;
        }
        catch (CoreFaultException) // Which of them it is shows one by one.
        {
            return await TellEachAsync(changes, cancellationToken);
        }
    }

    // A change that the core cannot bear must not take down those beside it. Told again it would only do the same: it alone is dropped.
    private async Task<IReadOnlyList<AlertChange>> TellEachAsync(IReadOnlyList<AlertChange> changes, CancellationToken cancellationToken)
    {
        var taken = new List<AlertChange>();
        foreach (var change in changes)
        {
            try
            {
                await submit(new ReportAlerts([change]), cancellationToken);
                taken.Add(change);
            }
            catch (CoreFaultException e)
            {
                LogDropped(change.Alert.Rule, change.Alert.Fingerprint, e.Message);
            }

            untold.Remove(change.Alert.Fingerprint);
        }

        return taken;
    }

    [LoggerMessage(3804, LogLevel.Error, "The core cannot take alert {Fingerprint} of rule {Rule}, which is left out: {Reason}")]
    private partial void LogDropped(string rule, string fingerprint, string reason);
}
