using Datahall.Control.Store;

namespace Datahall.StoreContract;

/// <summary>Forgetting, asked for and of the store's own accord.</summary>
public abstract class CompactionContract : StoreTests
{
    [Fact]
    public async Task CompactAsync_keeps_resources_and_revision()
    {
        await WriteAsync(r => A.Create("a", r), r => A.Create("b", r));
        await WriteAsync(_ => A.Delete("a", 1));

        await Store.CompactAsync(long.MaxValue, 1, Cancelled);
        await ReopenAsync();

        Assert.Equal(2, Store.Revision);
        Assert.Equal(["b"], (await Store.ListAsync(null, Cancelled)).Select(r => r.Name));
        await WriteAsync(r => A.Create("a", r), r => A.Update("b", 1, r));
    }

    [Fact]
    public async Task CompactAsync_never_takes_back_what_an_earlier_one_forgot()
    {
        await WriteAsync(r => A.Create("a", r));
        await WriteAsync(_ => A.Delete("a", 1));
        await Store.CompactAsync(2, 1, Cancelled);

        await Store.CompactAsync(1, 1, Cancelled);
        await ReopenAsync();

        await using var watch = Store.WatchAsync(1, Cancelled).GetAsyncEnumerator(Cancelled);
        await Assert.ThrowsAsync<CompactedException>(async () => await watch.MoveNextAsync());
    }

    [Theory]
    [InlineData(1, new long[] { 5 })]
    [InlineData(3, new long[] { 3, 4, 5 })]
    [InlineData(9, new long[] { 1, 2, 3, 4, 5 })]
    public async Task CompactAsync_keeps_the_newest_events(int keep, long[] expected)
    {
        await Store.WriteAsync(new(1, [], [.. Enumerable.Range(1, 5).Select(i => A.Event(i, "a"))]), Cancelled);

        await Store.CompactAsync(0, keep, Cancelled);

        Assert.Equal(expected, (await Store.EventsAsync(new(0, null, 10), Cancelled)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task CompactAsync_refuses_to_forget_the_last_event() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.CompactAsync(0, 0, Cancelled));

    [Fact]
    public async Task A_store_forgets_by_itself_what_is_beyond_its_limits()
    {
        await ReopenAsync(new(KeepDeletions: 10, KeepEvents: 10));
        for (var i = 0; i < 30; i++)
        {
            var first = Store.Revision + 1;
            var names = Enumerable.Range(0, 500).Select(n => $"q{i}-{n}").ToList();
            await WriteAsync([.. names.Select(name => (Func<long, Change>)(r => A.Create(name, r)))]);
            var events = Enumerable.Range(0, 500).Select(n => A.Event((i * 500) + n + 1, "a"));
            await Store.WriteAsync(new(first + 1, [.. names.Select(name => A.Delete(name, first))], [.. events]), Cancelled);
        }

        await ReopenAsync();

        var kept = await Store.EventsAsync(new(0, null, 100_000), Cancelled);
        Assert.InRange(kept.Count, 10, 10_000);
        Assert.Equal(15_000, kept[^1].Sequence);
        await using var watch = Store.WatchAsync(1, Cancelled).GetAsyncEnumerator(Cancelled);
        await Assert.ThrowsAsync<CompactedException>(async () => await watch.MoveNextAsync());
    }
}
