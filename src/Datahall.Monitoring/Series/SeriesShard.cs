namespace Datahall.Monitoring.Series;

/// <summary>Series that share a lock and pages: writers and readers of others do not meet.</summary>
/// <param name="pages">The most pages.</param>
internal sealed class SeriesShard(int pages)
{
    private readonly Stack<long[]> spare = new();

    /// <summary>Held for everything below, and for the chains of this shard.</summary>
    public Lock Gate { get; } = new();

    public PagePool Pages { get; } = new(pages);

    /// <summary>Samples refused, because a later one had come.</summary>
    public long Late { get; set; }

    /// <summary>Samples given up for want of room.</summary>
    public long Lost { get; set; }

    public long[] RentTimes() => spare.TryPop(out var times) ? times : new long[SampleBlock.Size];

    public void ReturnTimes(ref long[]? times)
    {
        if (times is not null)
        {
            spare.Push(times);
            times = null;
        }
    }
}
