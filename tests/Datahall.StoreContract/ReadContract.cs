using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.StoreContract;

/// <summary>Get, list and events.</summary>
public abstract class ReadContract : StoreTests
{
    [Fact]
    public async Task ListAsync_orders_by_kind_and_name()
    {
        await WriteAsync(r => A.Create("b", r), r => A.Create("a-1", r), r => new(new(ResourceKinds.Site, "z"), 0, A.Site("z", r)));
        await WriteAsync(r => A.Create("a", r), r => A.Create("a.1", r), r => A.Create("a10", r), r => A.Create("a2", r));

        var all = await Store.ListAsync(null, Cancelled);

        Assert.Equal(["Queue a", "Queue a-1", "Queue a.1", "Queue a10", "Queue a2", "Queue b", "Site z"], all.Select(r => $"{r.Kind} {r.Name}"));
        Assert.Equal(all.Select(r => r.Key).Order(ResourceKey.Order), all.Select(r => r.Key));
        Assert.Equal(["z"], (await Store.ListAsync(ResourceKinds.Site, Cancelled)).Select(r => r.Name));
        Assert.Empty(await Store.ListAsync(ResourceKinds.Job, Cancelled));
    }

    [Fact]
    public async Task ListAsync_shows_one_revision_while_batches_are_written()
    {
        await WriteAsync(r => A.Create("a", r), r => A.Create("b", r), r => A.Create("c", r));
        var writer = Task.Run(
            async () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    var now = Store.Revision;
                    await WriteAsync(r => A.Update("a", now, r), r => A.Update("b", now, r), r => A.Update("c", now, r));
                }
            },
            Cancelled);

        while (!writer.IsCompleted)
        {
            Assert.Single((await Store.ListAsync(null, Cancelled)).Select(r => r.Revision).Distinct());
        }

        await writer;
    }

    [Fact]
    public async Task A_read_sees_each_batch_that_was_acknowledged()
    {
        for (var i = 0; i < 50; i++)
        {
            var revision = await WriteAsync(r => A.Create($"q{r}", r));

            Assert.Equal(revision, (await Store.GetAsync(A.Key($"q{revision}"), Cancelled))?.Revision);
        }
    }

    [Fact]
    public async Task EventsAsync_gives_back_what_was_written_oldest_first()
    {
        ControlEvent[] first = [A.Event(1, "a"), A.Event(2, "b", EventSeverity.Warning)];
        ControlEvent[] second = [A.Event(3, "a", EventSeverity.Warning) with { Message = "ö 数据 'quoted'", Time = A.Moment.ToOffset(TimeSpan.FromHours(8)) }];
        await Store.WriteAsync(new(1, [], first), Cancelled);
        await Store.WriteAsync(new(2, [], second), Cancelled);

        await ReopenAsync();

        Assert.Equal([.. first, .. second], await Store.EventsAsync(new(0, null, 10), Cancelled));
    }

    [Theory]
    [InlineData(0, null, 100, new long[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(4, null, 100, new long[] { 5, 6 })]
    [InlineData(6, null, 100, new long[0])]
    [InlineData(0, null, 2, new long[] { 5, 6 })]
    [InlineData(0, null, 0, new long[0])]
    [InlineData(0, "odd", 100, new long[] { 1, 3, 5 })]
    [InlineData(1, "odd", 1, new long[] { 5 })]
    [InlineData(0, "none", 100, new long[0])]
    public async Task EventsAsync_selects_by_sequence_resource_and_count(long after, string? about, int newest, long[] expected)
    {
        var events = Enumerable.Range(1, 6).Select(i => A.Event(i, i % 2 == 0 ? "even" : "odd"));
        await Store.WriteAsync(new(1, [], [.. events]), Cancelled);

        var found = await Store.EventsAsync(new(after, about is null ? null : A.Key(about), newest), Cancelled);

        Assert.Equal(expected, found.Select(e => e.Sequence));
    }
}
