namespace Datahall.Gateway.Kestrel;

/// <summary>Where a request waits to be resumed. It may be resumed before it waits, and more than once.</summary>
internal sealed class Waiter
{
    private readonly Lock gate = new();
    private TaskCompletionSource? waiting;
    private bool resumed;

    /// <summary>It goes on. Any thread.</summary>
    public void Resume()
    {
        lock (gate)
        {
            resumed = true;
            waiting?.TrySetResult();
        }
    }

    /// <summary>Until it is resumed.</summary>
    /// <exception cref="OperationCanceledException">The client went away before.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource own;
        lock (gate)
        {
            if (resumed)
            {
                resumed = false;
                return;
            }

            waiting = own = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            await own.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (gate)
            {
                (waiting, resumed) = (null, false);
            }
        }
    }
}
