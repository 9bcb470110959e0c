using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.StoreContract;

/// <summary>Batches: whole or not at all, conflicts, durability.</summary>
public abstract class WriteContract : StoreTests
{
    [Fact]
    public async Task A_fresh_store_is_empty_and_at_revision_0()
    {
        Assert.Equal(0, Store.Revision);
        Assert.Empty(await Store.ListAsync(null, Cancelled));
        Assert.Null(await Store.GetAsync(A.Key("none"), Cancelled));
        Assert.NotEmpty(Store.Identity);
    }

    [Fact]
    public async Task WriteAsync_creates_updates_and_deletes_in_one_batch()
    {
        await WriteAsync(r => A.Create("a", r, "1"), r => A.Create("b", r, "1"));

        var revision = await WriteAsync(r => A.Update("a", 1, r, "2"), _ => A.Delete("b", 1), r => A.Create("c", r, "2"));

        Assert.Equal(2, revision);
        Assert.Equal(2, Store.Revision);
        Assert.Equal(Text(A.Queue("a", 2, "2")), Text(await Store.GetAsync(A.Key("a"), Cancelled)));
        Assert.Null(await Store.GetAsync(A.Key("b"), Cancelled));
        Assert.Equal(Text(A.Queue("c", 2, "2")), Text(await Store.GetAsync(A.Key("c"), Cancelled)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(0)]
    public async Task WriteAsync_refuses_a_revision_that_is_not_the_next(long revision)
    {
        await WriteAsync(r => A.Create("a", r));

        var conflict = await Store.WriteAsync(A.Batch(revision, A.Create("b", revision)), Cancelled);

        Assert.Equal(new(null, revision - 1, 1), conflict);
        Assert.Equal(1, Store.Revision);
        Assert.Null(await Store.GetAsync(A.Key("b"), Cancelled));
    }

    public static TheoryData<string, long, long> Conflicts { get; } = new()
    {
        { "there", 0, 1 },      // must not exist, but does
        { "there", 2, 1 },      // another revision
        { "never", 1, 0 },      // must exist, but never did
        { "deleted", 1, 0 },    // must exist, but is gone
        { "deleted", 2, 0 },    // a tombstone's revision is none
    };

    [Theory]
    [MemberData(nameof(Conflicts))]
    public async Task WriteAsync_refuses_the_whole_batch_when_one_resource_is_not_as_expected(string name, long expected, long actual)
    {
        await WriteAsync(r => A.Create("there", r, "old"), r => A.Create("deleted", r));
        await WriteAsync(_ => A.Delete("deleted", 1));
        var changes = new[] { A.Create("before", 3), A.Update(name, expected, 3, "new"), A.Create("after", 3) };

        var conflict = await Store.WriteAsync(new(3, changes, [A.Event(1, "before")]), Cancelled);

        Assert.Equal(new(A.Key(name), expected, actual), conflict);
        Assert.Equal(2, Store.Revision);
        Assert.Equal(["there"], (await Store.ListAsync(null, Cancelled)).Select(q => q.Name));
        Assert.Empty(await Store.EventsAsync(new(0, null, 10), Cancelled));
    }

    [Fact]
    public async Task WriteAsync_names_the_first_resource_that_is_not_as_expected()
    {
        var conflict = await Store.WriteAsync(A.Batch(1, A.Create("a", 1), A.Update("y", 5, 1), A.Update("x", 6, 1)), Cancelled);

        Assert.Equal(new(A.Key("y"), 5, 0), conflict);
    }

    [Fact]
    public async Task WriteAsync_takes_a_deleted_name_as_one_that_does_not_exist()
    {
        await WriteAsync(r => A.Create("a", r, "1"));
        await WriteAsync(_ => A.Delete("a", 1));

        await WriteAsync(r => A.Create("a", r, "2"));

        Assert.Equal(3, (await Store.GetAsync(A.Key("a"), Cancelled))?.Revision);
    }

    [Fact]
    public async Task WriteAsync_counts_a_batch_without_changes_as_a_revision()
    {
        Assert.Null(await Store.WriteAsync(new(1, [], [A.Event(1, "a")]), Cancelled));
        await WriteAsync(r => A.Create("a", r));

        await ReopenAsync();

        Assert.Equal(2, Store.Revision);
    }

    [Fact]
    public async Task WriteAsync_refuses_a_batch_that_contradicts_itself()
    {
        WriteBatch[] batches =
        [
            A.Batch(1, A.Create("a", 1), A.Delete("a", 0)),
            A.Batch(1, A.Create("a", 2)),
            A.Batch(1, new Change(A.Key("a"), 0, A.Queue("b", 1))),
            new(1, [], [A.Event(2, "a"), A.Event(1, "a")]),
        ];

        foreach (var batch in batches)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Store.WriteAsync(batch, Cancelled));
        }

        Assert.Equal(0, Store.Revision);
    }

    [Fact]
    public async Task WriteAsync_refuses_events_that_do_not_come_after_the_last_one()
    {
        await Store.WriteAsync(new(1, [], [A.Event(1, "a"), A.Event(2, "a")]), Cancelled);

        await Assert.ThrowsAsync<ArgumentException>(() => Store.WriteAsync(new(2, [A.Create("a", 2)], [A.Event(2, "a")]), Cancelled));

        Assert.Equal(1, Store.Revision);
        Assert.Null(await Store.GetAsync(A.Key("a"), Cancelled));
    }

    [Fact]
    public async Task WriteAsync_writes_nothing_when_it_was_cancelled_before()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.WriteAsync(A.Batch(1, A.Create("a", 1)), new CancellationToken(canceled: true)));

        await WriteAsync(r => A.Create("a", r));
        Assert.Equal(1, Store.Revision);
    }

    [Fact]
    public async Task WriteAsync_makes_revisions_without_gaps_for_callers_that_do_not_wait()
    {
        var writes = Enumerable.Range(1, 500).Select(r => Store.WriteAsync(A.Batch(r, A.Create($"q{r}", r)), Cancelled)).ToList();

        var conflicts = await Task.WhenAll(writes);

        Assert.All(conflicts, Assert.Null);
        Assert.Equal(500, Store.Revision);
        Assert.Equal(Enumerable.Range(1, 500).Select(r => (long)r), (await Store.ListAsync(null, Cancelled)).Select(q => q.Revision).Order());
    }

    [Fact]
    public async Task WriteAsync_keeps_a_conflicting_batch_from_its_neighbours()
    {
        Task<WriteConflict?>[] writes =
        [
            Store.WriteAsync(A.Batch(1, A.Create("a", 1)), Cancelled),
            Store.WriteAsync(A.Batch(2, A.Create("half", 2), A.Create("a", 2)), Cancelled),
            Store.WriteAsync(A.Batch(2, A.Create("b", 2)), Cancelled),
            Store.WriteAsync(A.Batch(2, A.Create("late", 2)), Cancelled),
            Store.WriteAsync(A.Batch(3, A.Create("c", 3)), Cancelled),
        ];

        var conflicts = await Task.WhenAll(writes);

        Assert.Equal<IEnumerable<WriteConflict?>>([null, new(A.Key("a"), 0, 1), null, new(null, 1, 2), null], conflicts);
        Assert.Equal(["a", "b", "c"], (await Store.ListAsync(null, Cancelled)).Select(q => q.Name));
    }

    [Fact]
    public async Task WriteAsync_lets_one_of_many_racing_callers_win_each_revision()
    {
        const int Callers = 16, Each = 25;
        async Task WriteEach(int caller)
        {
            for (var done = 0; done < Each;)
            {
                var revision = Store.Revision + 1;
                var change = A.Create($"q{caller}-{done}", revision);
                done += await Store.WriteAsync(A.Batch(revision, change), Cancelled) is null ? 1 : 0;
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => WriteEach(caller), Cancelled)));

        Assert.Equal(Callers * Each, Store.Revision);
        Assert.Equal(Callers * Each, (await Store.ListAsync(ResourceKinds.Queue, Cancelled)).Select(q => q.Revision).Distinct().Count());
    }

    [Fact]
    public async Task A_reopened_store_is_as_it_was()
    {
        await WriteAsync(r => A.Create("a", r, "1"), r => A.Create("b", r, "ö 数据 \n"));
        await WriteAsync(_ => A.Delete("a", 1));
        var (identity, before) = (Store.Identity, (await Store.ListAsync(null, Cancelled)).Select(Text));

        await ReopenAsync();

        Assert.Equal(identity, Store.Identity);
        Assert.Equal(2, Store.Revision);
        Assert.Equal(before, (await Store.ListAsync(null, Cancelled)).Select(Text));
        await WriteAsync(r => A.Create("a", r));
    }

    [Fact]
    public async Task A_closed_store_refuses_calls()
    {
        await Store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.WriteAsync(A.Batch(1, A.Create("a", 1)), Cancelled));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.GetAsync(A.Key("a"), Cancelled));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.ListAsync(null, Cancelled));
    }
}
