using Datahall.StoreContract;
using Datahall.Twin.Stores;

namespace Datahall.Twin.Tests.Stores;

public sealed class MemoryStoreFaultTests
{
    private readonly MemoryDisk disk = new("seed-42");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_that_the_disk_refuses_writes_nothing_and_the_process_goes_on()
    {
        var fault = CommitFault.FailBefore;
        var store = new MemoryStore(disk, new() { Fault = _ => fault });

        await Assert.ThrowsAsync<IOException>(() => store.WriteAsync(A.Batch(1, A.Create("a", 1)), Cancelled));
        fault = CommitFault.None;

        Assert.Equal(0, store.Revision);
        Assert.Null(await store.WriteAsync(A.Batch(1, A.Create("a", 1)), Cancelled));
    }

    [Theory]
    [InlineData(CommitFault.CrashBefore, 1)]
    [InlineData(CommitFault.CrashAfter, 2)]
    public async Task WriteAsync_that_crashes_leaves_the_batch_whole_or_not_at_all(CommitFault fault, long expected)
    {
        var dying = new MemoryStore(disk, new() { Fault = batch => batch.Revision == 2 ? fault : CommitFault.None });
        await dying.WriteAsync(A.Batch(1, A.Create("a", 1)), Cancelled);

        var answer = dying.WriteAsync(new(2, [A.Update("a", 1, 2), A.Create("b", 2)], [A.Event(1, "a")]), Cancelled);

        Assert.True(answer.IsFaulted);
        await Assert.ThrowsAsync<ProcessCrashedException>(() => answer);
        var next = new MemoryStore(disk, new());
        Assert.Equal(expected, next.Revision);
        Assert.Equal(expected, (await next.ListAsync(null, Cancelled)).Count);
        Assert.Equal(expected - 1, (await next.EventsAsync(new(0, null, 10), Cancelled)).Count);
    }

    [Fact]
    public async Task A_crashed_store_is_dead_to_its_process_and_its_watches()
    {
        var dead = new MemoryStore(disk, new());
        await using var watch = dead.WatchAsync(0, Cancelled).GetAsyncEnumerator(Cancelled);
        var next = watch.MoveNextAsync();

        dead.Crash();
        var reborn = new MemoryStore(disk, new());
        await reborn.WriteAsync(A.Batch(1, A.Create("a", 1)), Cancelled);

        await Assert.ThrowsAsync<ProcessCrashedException>(async () => await next);
        await Assert.ThrowsAsync<ProcessCrashedException>(() => dead.WriteAsync(A.Batch(2, A.Create("b", 2)), Cancelled));
        Assert.Equal(1, reborn.Revision);
    }

    [Fact]
    public void A_disk_has_one_store_at_a_time()
    {
        _ = new MemoryStore(disk, new());

        var refused = Assert.Throws<IOException>(() => new MemoryStore(disk, new()));

        Assert.Contains("seed-42", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_call_is_done_when_it_returns()
    {
        var store = new MemoryStore(disk, new());

        Assert.True(store.WriteAsync(A.Batch(1, A.Create("a", 1)), Cancelled).IsCompletedSuccessfully);
        Assert.True(store.GetAsync(A.Key("a"), Cancelled).IsCompletedSuccessfully);
        Assert.True(store.ListAsync(null, Cancelled).IsCompletedSuccessfully);
        Assert.True(store.EventsAsync(new(0, null, 1), Cancelled).IsCompletedSuccessfully);
        Assert.True(store.CompactAsync(1, 1, Cancelled).IsCompletedSuccessfully);
    }
}
