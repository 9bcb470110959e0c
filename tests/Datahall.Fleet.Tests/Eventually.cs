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

    public static Task Holds(string what, Func<bool> look) => Get(what, () => look() ? what : null);
}
