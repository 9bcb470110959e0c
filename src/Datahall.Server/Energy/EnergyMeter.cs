using Datahall.Control.Inputs;
using Datahall.Server.Loop;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Energy;

/// <summary>Looks at the fleet's power beside the loop: counts it, writes totals to jobs and services, tells the core what a watt costs where, and guards the power limits of sites.</summary>
/// <remarks>A look holds for the time since the one before it. When none was possible for long (the machine was suspended), the rest is told as uncounted instead of guessed.</remarks>
internal sealed partial class EnergyMeter(
    FleetSampler sampler, EnergyBooks books, EnergyLedger ledger, ControlLoop loop, DatahallEnergyMetrics metrics, PowerGuard guard, EnergyOptions options, TimeProvider time, ILogger<EnergyMeter> logger) : BackgroundService
{
    // A step of the core stays short, and between two others get their turn.
    private const int OwnersPerInput = 4_096;

    private readonly EnergyCount count = new(books, ledger);
    private long? lastLook;
    private long? lastRecord;
    private long? lastPrices;
    private bool hasPriced;
    private bool ledgerFailed;
    private volatile FleetSample? latest;

    /// <summary>The latest look; null before the first.</summary>
    public FleetSample? Latest => latest;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what is not written yet is written below, while the loop still runs.
        }

        await RecordAsync(all: true, CancellationToken.None);
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        try
        {
            var seconds = Look();
            if (await guard.TakeAsync(latest!, seconds, cancellationToken) is { } refused)
            {
                LogCapsRefused(refused);
            }

            if (IsDue(ref lastPrices, options.PriceInterval))
            {
                await PriceAsync(cancellationToken);
            }
        }
        catch (StoreUnavailableException e) // Prices are set again soon.
        {
            LogStore(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException) // A bug in counting must not take the server down.
        {
            LogFault(e);
        }

        await RecordAsync(IsDue(ref lastRecord, options.RecordInterval), cancellationToken);
    }

    // How long ago the look before was, in seconds.
    private double Look()
    {
        var started = time.GetTimestamp();
        var sample = sampler.Look(time.GetUtcNow());
        var elapsed = lastLook is { } before ? time.GetElapsedTime(before, started) : TimeSpan.Zero;
        var counted = elapsed < options.StaleAfter ? elapsed : options.StaleAfter;
        count.Add(sample, counted.TotalSeconds, (elapsed - counted).TotalSeconds);
        (lastLook, latest) = (started, sample);
        metrics.Looked(sample, counted.TotalSeconds, time.GetElapsedTime(started));
        return elapsed.TotalSeconds;
    }

    private bool IsDue(ref long? last, TimeSpan interval)
    {
        if (last is { } then && time.GetElapsedTime(then) < interval)
        {
            return false;
        }

        last = time.GetTimestamp();
        return true;
    }

    private async Task PriceAsync(CancellationToken cancellationToken)
    {
        var prices = PriceList.Of(latest!);
        if (prices.Nodes.Count == 0 && !hasPriced)
        {
            return;
        }

        hasPriced = true;
        if (await loop.SubmitAsync(new SetEnergyPrices(prices), cancellationToken) is Refused refused)
        {
            LogRefused(refused.Errors[0].Message);
        }
    }

    private async Task RecordAsync(bool all, CancellationToken cancellationToken)
    {
        if (all)
        {
            RecordLedger();
        }

        try
        {
            foreach (var chunk in books.Due(all).Chunk(OwnersPerInput))
            {
                await loop.SubmitAsync(new RecordEnergy(chunk), cancellationToken);
                books.Recorded(chunk);
            }
        }
        catch (Exception e) when (e is StoreUnavailableException or CoreFaultException) // The totals are kept, and written the next time.
        {
            LogStore(e.Message);
        }
    }

    private void RecordLedger()
    {
        try
        {
            ledger.Record(time.GetUtcNow());
            ledgerFailed = false;
        }
        catch (IOException e) // What was added is kept, and written the next time.
        {
            metrics.LedgerFailed();
            if (!ledgerFailed)
            {
                ledgerFailed = true;
                LogLedger(e.Message);
            }
        }
    }

    [LoggerMessage(3501, LogLevel.Debug, "Energy is not written while the store fails: {Reason}")]
    private partial void LogStore(string reason);

    [LoggerMessage(3502, LogLevel.Error, "Counting energy failed; this look is left out")]
    private partial void LogFault(Exception cause);

    [LoggerMessage(3503, LogLevel.Warning, "The energy prices were refused: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(3505, LogLevel.Warning, "The automatic power caps were refused: {Reason}")]
    private partial void LogCapsRefused(string reason);

    [LoggerMessage(3504, LogLevel.Error, "The energy ledger does not take writes, and is tried again: {Reason}")]
    private partial void LogLedger(string reason);
}
