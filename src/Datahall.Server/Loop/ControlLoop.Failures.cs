using Datahall.Control.Store;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Loop;

/// <summary>What the loop does when the store or the core fails.</summary>
internal sealed partial class ControlLoop
{
    private async Task<bool> HasCoreAsync(List<InputWork> works)
    {
        if (core is not null)
        {
            return true;
        }

        try
        {
            core = await source.OpenAsync(CancellationToken.None);
            LogRebuilt(core.Revision);
            return true;
        }
        catch (Exception e) // The store cannot be read, or the core refuses its state: tried again with the next step.
        {
            StoreRefused(works, e);
            return false;
        }
    }

    // One input that the core cannot bear must not take down those beside it: they are decided about one by one.
    private async Task RecoverAsync(List<InputWork> works, Exception cause)
    {
        LogFault(string.Join(", ", works.Select(work => work.Input.GetType().Name).Distinct()), works.Count, cause);
        core = null;
        if (works.Count > 1)
        {
            foreach (var work in works)
            {
                await StepAsync([work]);
            }

            return;
        }

        FailAll(works, new CoreFaultException("the control core failed at this input; the server's log has the cause", cause));
        await HasCoreAsync([]);
    }

    private void StoreRefused(List<InputWork> works, Exception cause)
    {
        metrics.CommitFailed();
        if (!storeFailed)
        {
            storeFailed = true;
            LogStoreFailed(cause);
        }

        FailAll(works, new StoreUnavailableException($"the store does not take writes: {cause.Message}; nothing was changed, try again", cause));
    }

    private void StopForConflict(WriteConflict conflict, List<InputWork> works)
    {
        var message = $"another control plane writes this store: expected {conflict.Key?.ToString() ?? "the store"} at revision " +
            $"{conflict.Expected}, found {conflict.Actual}. Stop the other one, or give each its own data directory";
        LogConflict(message);
        FailAll(works, new StoreUnavailableException(message));
        fatal.TrySetResult(message);
    }

    private void FailQueued(Exception why)
    {
        queue.Writer.TryComplete();
        FailAll(inputs, why);
        FailAll(queries, why);
        while (queue.Reader.TryRead(out var work))
        {
            work.Fail(why);
        }
    }

    private static void FailAll(IEnumerable<LoopWork> works, Exception why)
    {
        foreach (var work in works)
        {
            work.Fail(why);
        }
    }

    [LoggerMessage(3101, LogLevel.Error, "The control core failed at {Count} inputs ({Kinds}); it is rebuilt from the store")]
    private partial void LogFault(string kinds, int count, Exception cause);

    [LoggerMessage(3102, LogLevel.Error, "The control core failed at a question; it is rebuilt from the store")]
    private partial void LogQueryFault(Exception cause);

    [LoggerMessage(3103, LogLevel.Warning, "The control core was rebuilt from the store at revision {Revision}")]
    private partial void LogRebuilt(long revision);

    [LoggerMessage(3104, LogLevel.Error, "The store does not take writes; every write is answered with 503 until it does")]
    private partial void LogStoreFailed(Exception cause);

    [LoggerMessage(3105, LogLevel.Warning, "The store takes writes again")]
    private partial void LogStoreBack();

    [LoggerMessage(3106, LogLevel.Critical, "The control plane stops: {Reason}")]
    private partial void LogConflict(string reason);
}
