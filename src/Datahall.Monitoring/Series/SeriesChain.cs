using System.Runtime.CompilerServices;

namespace Datahall.Monitoring.Series;

/// <summary>One series: the newest samples as they came, the older ones as blocks on pages. Its shard's gate guards it.</summary>
/// <param name="shard">Where its pages are.</param>
/// <param name="labels">Its labels.</param>
internal sealed class SeriesChain(SeriesShard shard, SeriesLabels labels)
{
    private const int BlocksBetweenMarks = 16;

    private Place front = new(-1, PagePool.Payload);
    private BlockOrigin before; // What was before the oldest block.
    private Place back = new(-1, PagePool.Payload);
    private BlockOrigin last; // The end of the newest block; a step of 0: no sample yet.
    private Mark older; // Places between blocks, so that the last hours need not be read from the oldest block on.
    private Mark newer;
    private int sinceMark;
    private NewestValues newest;
    private long[]? times; // Of the newest samples; null when they are one step apart.
    private int count;
    private bool endsInRun;

    public SeriesShard Shard => shard;

    public SeriesLabels Labels => labels;

    /// <summary>Whether the store let it go; whoever holds it yet must open it again.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Whether it never had a sample.</summary>
    public bool IsEmpty => last.Step == 0;

    /// <summary>The newest sample; only of a series that has one.</summary>
    public Sample Latest => count == 0 ? new(last.Time, last.Value) : new(TimeAt(count - 1), newest[count - 1]);

    /// <summary>Takes a sample.</summary>
    /// <param name="time">When, in Unix milliseconds; later than the last one.</param>
    /// <param name="value">Any, also NaN and infinities.</param>
    /// <param name="options">The store's.</param>
    public void Append(long time, double value, SeriesOptions options)
    {
        if (IsEmpty)
        {
            var step = (long)options.Interval.TotalMilliseconds;
            before = last = new(time - step, step, 0);
        }

        if (time <= Latest.UnixMilliseconds)
        {
            shard.Late++;
            return;
        }

        if (times is null && time != last.Time + ((count + 1) * last.Step))
        {
            times = shard.RentTimes();
            SampleBlock.Regular(last, times.AsSpan(0, count));
        }

        if (times is not null)
        {
            times[count] = time;
        }

        newest[count++] = value;
        if (count == SampleBlock.Size)
        {
            Close(time - (long)options.Retention.TotalMilliseconds);
        }
    }

    /// <summary>Adds the samples of a time, both ends included, to a list.</summary>
    public void Read(long from, long to, List<Sample> into)
    {
        Span<long> blockTimes = stackalloc long[SampleBlock.Size];
        Span<double> values = stackalloc double[SampleBlock.Size];
        var (at, origin) = BeginOf(from);
        var reader = new PageReader(shard.Pages, at.Page, at.Offset);
        while (origin.Time < to && (reader.Page != back.Page || reader.Offset != back.Offset))
        {
            var more = SampleBlock.Read(ref reader, origin, blockTimes, values);
            while (true)
            {
                origin = SampleBlock.After(blockTimes, values[^1]);
                if (origin.Time >= from)
                {
                    Add(blockTimes, values, from, to, into);
                }

                if (more-- == 0)
                {
                    break;
                }

                SampleBlock.Repeat(origin, blockTimes, values);
            }
        }

        for (var i = 0; i < count; i++)
        {
            blockTimes[i] = TimeAt(i);
        }

        Add(blockTimes[..count], ((ReadOnlySpan<double>)newest)[..count], from, to, into);
    }

    /// <summary>The newest sample within a time, both ends included; null when there is none.</summary>
    /// <param name="from">From when, in Unix milliseconds.</param>
    /// <param name="to">Until when.</param>
    /// <param name="scratch">Overwritten.</param>
    public Sample? Newest(long from, long to, List<Sample> scratch)
    {
        if (IsEmpty || Latest.UnixMilliseconds < from)
        {
            return null;
        }

        if (Latest.UnixMilliseconds <= to)
        {
            return Latest;
        }

        scratch.Clear();
        Read(from, to, scratch);
        return scratch.Count == 0 ? null : scratch[^1];
    }

    /// <summary>Drops the blocks that ended before a time.</summary>
    /// <returns>Whether nothing newer is left.</returns>
    public bool Expire(long until)
    {
        while (DropFront(until))
        {
        }

        return Latest.UnixMilliseconds < until;
    }

    /// <summary>Gives everything back.</summary>
    public void Leave()
    {
        IsGone = true;
        for (var page = front.Page; page >= 0;)
        {
            var next = page == back.Page ? -1 : shard.Pages.Next(page);
            shard.Pages.Return(page);
            page = next;
        }

        shard.ReturnTimes(ref times);
    }

    // The newest samples become a block.
    private void Close(long until)
    {
        Expire(until);
        var irregular = times is null ? default : times.AsSpan();
        if (endsInRun && SampleBlock.IsRun(last, irregular, newest) && LengthenRun())
        {
            Closed();
            return;
        }

        Span<byte> block = stackalloc byte[SampleBlock.MaxBytes];
        var isRun = SampleBlock.IsRun(last, irregular, newest);
        var length = 1;
        if (isRun)
        {
            block[0] = SampleBlock.Run(1);
        }
        else
        {
            length = SampleBlock.Write(block, last, irregular, newest);
        }

        var pages = (length - (PagePool.Payload - back.Offset) + PagePool.Payload - 1) / PagePool.Payload;
        while (shard.Pages.Available < pages && DropFront(long.MaxValue))
        {
        }

        if (shard.Pages.Available < pages)
        {
            shard.Lost += SampleBlock.Size; // Everything is full of other series.
            count = 0;
            shard.ReturnTimes(ref times);
            return;
        }

        Put(block[..length]);
        endsInRun = isRun;
        Closed();
    }

    private void Closed()
    {
        var time = TimeAt(SampleBlock.Size - 1);
        last = new(time, time - TimeAt(SampleBlock.Size - 2), newest[SampleBlock.Size - 1]);
        count = 0;
        shard.ReturnTimes(ref times);
        if (++sinceMark == BlocksBetweenMarks)
        {
            (older, newer, sinceMark) = (newer, new(back, last), 0);
            endsInRun = false; // A run that went on would grow in front of the mark.
        }
    }

    // Where reading begins so that nothing from a time on is left out. A mark before the oldest block is one of blocks that were dropped.
    private Mark BeginOf(long from) => IsUsable(newer, from) ? newer : IsUsable(older, from) ? older : new(front, before);

    private bool IsUsable(in Mark mark, long from) => mark.Origin.Step > 0 && mark.Origin.Time < from && mark.Origin.Time > before.Time;

    private bool LengthenRun()
    {
        ref var run = ref shard.Pages.PayloadOf(back.Page)[back.Offset - 1];
        if (SampleBlock.RunOf(run) == SampleBlock.MaxRun)
        {
            return false;
        }

        run = SampleBlock.Run(SampleBlock.RunOf(run) + 1);
        return true;
    }

    private void Put(ReadOnlySpan<byte> block)
    {
        while (block.Length > 0)
        {
            if (back.Offset == PagePool.Payload)
            {
                Link(shard.Pages.Rent());
            }

            var part = Math.Min(block.Length, PagePool.Payload - back.Offset);
            block[..part].CopyTo(shard.Pages.PayloadOf(back.Page)[back.Offset..]);
            back = back with { Offset = back.Offset + part };
            block = block[part..];
        }
    }

    private void Link(int page)
    {
        if (back.Page < 0)
        {
            front = new(page, 0);
        }
        else
        {
            shard.Pages.SetNext(back.Page, page);
        }

        back = new(page, 0);
    }

    // Drops the oldest block if it ended before a time; false when there is none.
    private bool DropFront(long until)
    {
        if (front == back || before.Time >= until)
        {
            return false;
        }

        Span<long> blockTimes = stackalloc long[SampleBlock.Size];
        Span<double> values = stackalloc double[SampleBlock.Size];
        var reader = new PageReader(shard.Pages, front.Page, front.Offset);
        var more = SampleBlock.Read(ref reader, before, blockTimes, values);
        if (blockTimes[^1] >= until)
        {
            return false;
        }

        before = SampleBlock.After(blockTimes, values[^1]);
        var after = new Place(reader.Page, reader.Offset);
        if (more > 0)
        {
            shard.Pages.PayloadOf(after.Page)[after.Offset - 1] = SampleBlock.Run(more);
            after = after with { Offset = after.Offset - 1 };
        }

        while (front.Page != after.Page)
        {
            var next = shard.Pages.Next(front.Page);
            shard.Pages.Return(front.Page);
            front = new(next, 0);
        }

        front = after;
        endsInRun &= front != back; // Its byte may be gone.
        return true;
    }

    private long TimeAt(int i) => times is null ? last.Time + ((i + 1) * last.Step) : times[i];

    private static void Add(ReadOnlySpan<long> times, ReadOnlySpan<double> values, long from, long to, List<Sample> into)
    {
        for (var i = 0; i < times.Length; i++)
        {
            if (times[i] >= from && times[i] <= to)
            {
                into.Add(new(times[i], values[i]));
            }
        }
    }

    private readonly record struct Place(int Page, int Offset);

    private readonly record struct Mark(Place At, BlockOrigin Origin);

    [InlineArray(SampleBlock.Size)]
    private struct NewestValues
    {
        private double first;
    }
}
