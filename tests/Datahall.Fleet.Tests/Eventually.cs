namespace Datahall.Fleet.Tests;

/// <summary>Waits for what other processes bring about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<T> Get<T>(string what, Func<T?> look)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            if (look() is { } found)
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"after {Patience.TotalSeconds} s still no {what}");
    }

    /// <summary>Waits for something under way, which must not take for ever.</summary>
    public static async Task<T> Ends<T>(string what, Task<T> running)
    {
        await Ends(what, (Task)running);
        return await running;
    }

    /// <inheritdoc cref="Ends{T}(string, Task{T})"/>
    public static async Task Ends(string what, Task running)
    {
        try
        {
            await running.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            throw new TimeoutException($"after {Patience.TotalSeconds} s still no end of the {what}");
        }
    }

    public static Task Holds(string what, Func<bool> look) => Get(what, () => look() ? what : null);
}
