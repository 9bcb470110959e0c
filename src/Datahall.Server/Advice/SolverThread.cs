namespace Datahall.Server.Advice;

/// <summary>Runs one thought at a time on a thread of its own, behind all other threads of the process.</summary>
internal sealed class SolverThread : IDisposable
{
    private readonly SemaphoreSlim free = new(1);

    /// <summary>Thinks; whoever stops waiting leaves the thought to end by itself, unheard.</summary>
    public async Task<T> RunAsync<T>(Func<T> think, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                answer.SetResult(think());
            }
            catch (Exception e) // It is the caller's, who waits for it.
            {
                answer.SetException(e);
            }
            finally
            {
                free.Release();
            }
        })
        { IsBackground = true, Name = "advice", Priority = ThreadPriority.BelowNormal }.Start();
        return await answer.Task.WaitAsync(cancellationToken);
    }

    public void Dispose() => free.Dispose();
}
