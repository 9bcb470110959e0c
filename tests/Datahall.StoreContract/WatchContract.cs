using Datahall.Control.Store;

namespace Datahall.StoreContract;

/// <summary>Watches: order, coalescing, resuming, compaction.</summary>
public abstract class WatchContract : StoreTests
{
    [Fact]
    public async Task WatchAsync_tells_first_what_is_already_made_coalesced_by_revision()
    {
        await WriteAsync(r => A.Create("a", r), r => A.Create("b", r));
        await WriteAsync(r => A.Update("a", 1, r, "2"));
        await WriteAsync(r => A.Create("c", r));
        await WriteAsync(_ => A.Delete("c", 3));

        var told = await TakeAsync(Store.WatchAsync(0, Cancelled), 3);

        Assert.Equal(
            [$"1 queue/b {Text(A.Queue("b", 1))}", $"2 queue/a {Text(A.Queue("a", 2, "2"))}", "4 queue/c deleted"],
            told.Select(Text));
    }

    [Fact]
    public async Task WatchAsync_resumes_after_a_revision()
    {
        await WriteAsync(r => A.Create("a", r));
        await WriteAsync(r => A.Create("b", r));
        await WriteAsync(_ => A.Delete("a", 1));
        await ReopenAsync();

        var told = await TakeAsync(Store.WatchAsync(1, Cancelled), 2);

        Assert.Equal(["2 queue/b", "3 queue/a"], told.Select(e => $"{e.Revision} {e.Key}"));
        Assert.Null(told[1].Resource);
    }

    [Fact]
    public async Task WatchAsync_tells_each_change_to_a_reader_that_keeps_up()
    {
        await WriteAsync(r => A.Create("a", r));
        await using var watch = Store.WatchAsync(1, Cancelled).GetAsyncEnumerator(Cancelled);

        for (var i = 2; i < 50; i++)
        {
            var next = watch.MoveNextAsync();
            await WriteAsync(r => A.Update("a", r - 1, r, $"{r}"));

            Assert.True(await next);
            Assert.Equal($"{i} queue/a {Text(A.Queue("a", i, $"{i}"))}", Text(watch.Current));
        }
    }

    [Fact]
    public async Task WatchAsync_waits_at_the_end_and_does_not_repeat()
    {
        await WriteAsync(r => A.Create("a", r));
        await using var watch = Store.WatchAsync(0, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await watch.MoveNextAsync());
        var next = watch.MoveNextAsync();

        Assert.False(next.IsCompleted);
        await WriteAsync(r => A.Create("b", r));

        Assert.True(await next);
        Assert.Equal(2, watch.Current.Revision);
    }

    [Fact]
    public async Task WatchAsync_says_when_more_of_a_revision_follows()
    {
        await WriteAsync(r => A.Create("a", r), r => A.Create("b", r), r => A.Create("c", r));
        await WriteAsync(r => A.Create("d", r));
        await using var watch = Store.WatchAsync(0, Cancelled).GetAsyncEnumerator(Cancelled);
        var made = await TakeAsync(watch, 4);
        var next = TakeAsync(watch, 2);

        await WriteAsync(r => A.Create("e", r), r => A.Create("f", r));

        Assert.Equal([true, true, false, false], made.Select(e => e.Continues));
        Assert.Equal([true, false], (await next).Select(e => e.Continues));
    }

    [Fact]
    public async Task WatchAsync_tells_nothing_of_a_batch_that_was_refused()
    {
        await using var watch = Store.WatchAsync(0, Cancelled).GetAsyncEnumerator(Cancelled);
        var next = watch.MoveNextAsync();

        await Store.WriteAsync(A.Batch(1, A.Update("a", 7, 1)), Cancelled);
        await WriteAsync(r => A.Create("b", r));

        Assert.True(await next);
        Assert.Equal("queue/b", watch.Current.Key.ToString());
    }

    [Fact]
    public async Task WatchAsync_ends_with_its_token()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await using var watch = Store.WatchAsync(0, stop.Token).GetAsyncEnumerator(Cancelled);
        var next = watch.MoveNextAsync();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public async Task WatchAsync_ends_when_the_store_is_closed()
    {
        await using var watch = Store.WatchAsync(0, Cancelled).GetAsyncEnumerator(Cancelled);
        var next = watch.MoveNextAsync();

        await Store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await next);
    }

    [Fact]
    public async Task WatchAsync_refuses_a_revision_whose_later_deletions_are_forgotten()
    {
        await WriteAsync(r => A.Create("a", r), r => A.Create("b", r));
        await WriteAsync(_ => A.Delete("a", 1));
        await WriteAsync(_ => A.Delete("b", 1));
        await Store.CompactAsync(2, 1, Cancelled);

        var refused = await Assert.ThrowsAsync<CompactedException>(() => TakeAsync(Store.WatchAsync(1, Cancelled), 1));

        Assert.Equal((1, 2), (refused.Asked, refused.Oldest));
        Assert.Equal("3 queue/b deleted", Text((await TakeAsync(Store.WatchAsync(2, Cancelled), 1))[0]));
    }

    [Fact]
    public async Task WatchAsync_from_0_is_never_refused()
    {
        await WriteAsync(r => A.Create("a", r), r => A.Create("b", r));
        await WriteAsync(_ => A.Delete("a", 1));
        await Store.CompactAsync(2, 1, Cancelled);

        var told = await TakeAsync(Store.WatchAsync(0, Cancelled), 1);

        Assert.Equal("queue/b", told[0].Key.ToString());
    }

    [Fact]
    public async Task WatchAsync_refuses_a_revision_the_store_never_reached()
    {
        await WriteAsync(r => A.Create("a", r));

        var refused = await Assert.ThrowsAsync<CompactedException>(() => TakeAsync(Store.WatchAsync(9, Cancelled), 1));

        Assert.Equal((9, 1), (refused.Asked, refused.Oldest));
    }

    [Fact]
    public async Task WatchAsync_catches_up_a_reader_that_fell_far_behind()
    {
        await ReopenAsync(new(RecentChanges: 8));
        await WriteAsync(r => A.Create("first", r));
        await using var watch = Store.WatchAsync(0, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await watch.MoveNextAsync());
        for (var i = 0; i < 300; i++)
        {
            await WriteAsync(r => i < 100 ? A.Create($"q{i}", r) : A.Update($"q{i % 100}", r - 100, r, $"{r}"));
        }

        var told = await TakeUntilAsync(watch, Store.Revision);

        Assert.Equal(told.Select(e => e.Revision).Order(), told.Select(e => e.Revision));
        var last = told.GroupBy(e => e.Key).Select(g => Text(g.Last().Resource)).Order(StringComparer.Ordinal);
        var all = (await Store.ListAsync(null, Cancelled)).Where(r => r.Name != "first").Select(Text).Order(StringComparer.Ordinal);
        Assert.Equal(all, last);
    }

    [Fact]
    public async Task WatchAsync_leads_every_reader_to_the_same_state_while_batches_are_written()
    {
        await ReopenAsync(new(RecentChanges: 64));
        const int Revisions = 400;
        var readers = Enumerable.Range(0, 6).Select(i => Task.Run(() => FollowAsync(Revisions, i), Cancelled)).ToList();
        for (var i = 1; i <= Revisions; i++)
        {
            var was = (await Store.GetAsync(A.Key($"q{i % 10}"), Cancelled))?.Revision ?? 0;
            await WriteAsync(
                r => was != 0 && i % 3 == 0 ? A.Delete($"q{i % 10}", was) : A.Update($"q{i % 10}", was, r, $"{i}"),
                r => A.Create($"new{i}", r));
        }

        var states = await Task.WhenAll(readers);

        var expected = (await Store.ListAsync(null, Cancelled)).Select(Text);
        Assert.All(states, state => Assert.Equal(expected, state));
    }

    private async Task<List<string?>> FollowAsync(long through, int patience)
    {
        var state = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        long last = 0;
        await foreach (var change in Store.WatchAsync(0, Cancelled))
        {
            Assert.True(change.Revision >= last, $"revision {change.Revision} came after {last}");
            last = change.Revision;
            state[change.Key.Name] = Text(change.Resource);
            if (change.Revision % 7 < patience)
            {
                await Task.Yield();
            }

            if (last == through && !change.Continues)
            {
                break;
            }
        }

        return [.. state.Values.Where(text => text is not null)];
    }

    private static async Task<List<WatchEvent>> TakeAsync(IAsyncEnumerable<WatchEvent> changes, int count)
    {
        await using var watch = changes.GetAsyncEnumerator(Cancelled);
        return await TakeAsync(watch, count);
    }

    private static async Task<List<WatchEvent>> TakeAsync(IAsyncEnumerator<WatchEvent> watch, int count)
    {
        var taken = new List<WatchEvent>();
        while (taken.Count < count && await watch.MoveNextAsync())
        {
            taken.Add(watch.Current);
        }

        return taken;
    }

    private static async Task<List<WatchEvent>> TakeUntilAsync(IAsyncEnumerator<WatchEvent> watch, long revision)
    {
        var taken = new List<WatchEvent>();
        while (taken is not [.., { Continues: false } last] || last.Revision < revision)
        {
            Assert.True(await watch.MoveNextAsync());
            taken.Add(watch.Current);
        }

        return taken;
    }
}
