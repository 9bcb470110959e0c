using Datahall.Server.Resources;
using Microsoft.Extensions.Hosting;

namespace Datahall.Server.Console.Live;

/// <summary>What is committed, for all open pages together, and the pulse on which they draw anew: at most some times a second, however much changes.</summary>
/// <remarks>One set is made for all pages; a page that shows a thousand rows costs no more than one look. Thread-safe.</remarks>
internal sealed class LiveResources(ResourceCache cache, ConsoleOptions options, TimeProvider time) : BackgroundService
{
    private readonly Lock gate = new();
    private readonly List<Action<LivePulse>> pages = [];

    /// <summary>The resources as of now.</summary>
    public ResourceSet Current
    {
        get
        {
            lock (gate)
            {
                if (field.Revision != cache.Revision)
                {
                    field = field.Revision >= 0 && cache.Log.After(field.Revision) is { } batches ? field.After(batches) : Whole();
                }

                return field;
            }
        }
    } = ResourceSet.Of(-1, []);

    /// <summary>Calls a page at each pulse, from any thread, until disposed.</summary>
    public IDisposable Subscribe(Action<LivePulse> page)
    {
        lock (gate)
        {
            pages.Add(page);
        }

        return new Subscription(this, page);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(FollowAsync(stoppingToken), TickAsync(stoppingToken));

    // The first change is told at once, those after it together: a single change is seen soon, and a burst costs no more than one.
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var seen = cache.Revision;
        while (!cancellationToken.IsCancellationRequested)
        {
            var changed = cache.Log.NextChange();
            if (cache.Revision == seen)
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            seen = cache.Revision;
            Tell(LivePulse.Changes);
            await Task.Delay(options.UpdateInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(options.ReadingInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Tell(LivePulse.Readings);
        }
    }

    private void Tell(LivePulse pulse)
    {
        Action<LivePulse>[] told;
        lock (gate)
        {
            told = [.. pages];
        }

        foreach (var page in told)
        {
            page(pulse);
        }
    }

    private ResourceSet Whole()
    {
        var (revision, resources) = cache.Snapshot(null);
        return ResourceSet.Of(revision, resources);
    }

    private sealed class Subscription(LiveResources live, Action<LivePulse> page) : IDisposable
    {
        public void Dispose()
        {
            lock (live.gate)
            {
                live.pages.Remove(page);
            }
        }
    }
}

/// <summary>Why pages draw anew.</summary>
[Flags]
internal enum LivePulse
{
    /// <summary>They need not.</summary>
    None = 0,

    /// <summary>Resources or events were committed.</summary>
    Changes = 1,

    /// <summary>Some time went by: readings and ages are others.</summary>
    Readings = 2,
}
