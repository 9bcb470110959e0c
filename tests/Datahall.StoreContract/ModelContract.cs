using System.Globalization;
using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.StoreContract;

/// <summary>Random calls, checked against a model that is too simple to be wrong. <c>DATAHALL_SEED</c> replays a failure.</summary>
public abstract class ModelContract : StoreTests
{
    private readonly Dictionary<ResourceKey, Resource> model = [];
    private readonly List<ControlEvent> events = [];
    private readonly List<(long Revision, ResourceKey Key, Resource? Resource)> history = [];
    private long compacted;
    private long lastEvent;

    [Fact]
    public async Task Random_calls_agree_with_the_model()
    {
        var seed = int.Parse(
            Environment.GetEnvironmentVariable("DATAHALL_SEED") ?? $"{Environment.TickCount}", NumberStyles.Integer, CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"DATAHALL_SEED={seed}");
        var random = new Random(seed);
        for (var step = 0; step < 600; step++)
        {
            try
            {
                await StepAsync(random);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"DATAHALL_SEED={seed}: step {step}: {e.Message}", e);
            }
        }
    }

    private Task StepAsync(Random random) => random.Next(100) switch
    {
        < 70 => WriteAsync(random),
        < 80 => CheckListAsync(random),
        < 88 => CheckWatchAsync(random),
        < 94 => CheckEventsAsync(random),
        < 98 => CompactAsync(random),
        _ => ReopenAsync(new(RecentChanges: random.Next(1, 64))),
    };

    private async Task WriteAsync(Random random)
    {
        var revision = Store.Revision + (random.Next(20) == 0 ? random.Next(-1, 3) : 1);
        var names = Enumerable.Range(0, 12).Select(i => $"q{i}").ToArray();
        random.Shuffle(names);
        var changes = names.Take(random.Next(0, 6)).Select(name => RandomChange(random, A.Key(name), revision)).ToList();
        var happened = Enumerable.Range(1, random.Next(3)).Select(i => A.Event(lastEvent + i, $"q{random.Next(12)}")).ToList();
        var expected = ExpectedConflict(revision, changes);

        var conflict = await Store.WriteAsync(new(revision, changes, happened), Cancelled);

        Assert.Equal(expected, conflict);
        if (conflict is null)
        {
            Apply(changes, happened, revision);
        }
    }

    private Change RandomChange(Random random, ResourceKey key, long revision)
    {
        var actual = model.GetValueOrDefault(key)?.Revision ?? 0;
        var expected = random.Next(40) == 0 ? random.Next(0, (int)Store.Revision + 2) : actual;
        return new(key, expected, random.Next(4) == 0 ? null : A.Queue(key.Name, revision, $"{random.Next()}"));
    }

    private WriteConflict? ExpectedConflict(long revision, List<Change> changes)
    {
        if (revision != Store.Revision + 1)
        {
            return new(null, revision - 1, Store.Revision);
        }

        foreach (var (key, expected, _) in changes)
        {
            if ((model.GetValueOrDefault(key)?.Revision ?? 0) is var actual && actual != expected)
            {
                return new(key, expected, actual);
            }
        }

        return null;
    }

    private void Apply(List<Change> changes, List<ControlEvent> happened, long revision)
    {
        foreach (var (key, _, resource) in changes)
        {
            history.Add((revision, key, resource));
            if (resource is null)
            {
                model.Remove(key);
            }
            else
            {
                model[key] = resource;
            }
        }

        events.AddRange(happened);
        lastEvent += happened.Count;
    }

    private async Task CheckListAsync(Random random)
    {
        var expected = model.Values.OrderBy(r => r.Key, ResourceKey.Order).Select(Text);
        var one = A.Key($"q{random.Next(12)}");

        Assert.Equal(expected, (await Store.ListAsync(null, Cancelled)).Select(Text));
        Assert.Equal(Text(model.GetValueOrDefault(one)), Text(await Store.GetAsync(one, Cancelled)));
    }

    private async Task CheckWatchAsync(Random random)
    {
        var after = random.NextInt64(0, Store.Revision + 1);
        if (after != 0 && after < compacted)
        {
            await using var refused = Store.WatchAsync(after, Cancelled).GetAsyncEnumerator(Cancelled);
            await Assert.ThrowsAsync<CompactedException>(async () => await refused.MoveNextAsync());
            return;
        }

        var expected = history.Where(h => h.Revision > after)
            .GroupBy(h => h.Key)
            .Select(g => g.Last())
            .Where(h => h.Resource is not null || h.Revision > compacted)
            .ToDictionary(h => h.Key, h => Text(new WatchEvent(h.Revision, h.Key, h.Resource)));
        await using var watch = Store.WatchAsync(after, Cancelled).GetAsyncEnumerator(Cancelled);
        long last = 0;
        for (var left = expected.Count; left > 0; left--)
        {
            Assert.True(await watch.MoveNextAsync());
            Assert.Equal(expected[watch.Current.Key], Text(watch.Current));
            Assert.True(watch.Current.Revision >= last);
            last = watch.Current.Revision;
            expected.Remove(watch.Current.Key);
        }
    }

    private async Task CheckEventsAsync(Random random)
    {
        var query = new EventQuery(random.NextInt64(0, lastEvent + 1), random.Next(2) == 0 ? null : A.Key($"q{random.Next(12)}"), random.Next(1, 20));
        var expected = events.Where(e => e.Sequence > query.After && (query.About is null || e.About == query.About)).TakeLast(query.Newest);

        Assert.Equal(expected, await Store.EventsAsync(query, Cancelled));
    }

    private async Task CompactAsync(Random random)
    {
        var through = random.NextInt64(0, Store.Revision + 10);
        var keep = random.Next(1, 50);

        await Store.CompactAsync(through, keep, Cancelled);

        compacted = Math.Max(compacted, Math.Min(through, Store.Revision));
        events.RemoveRange(0, Math.Max(0, events.Count - keep));
    }
}
