using System.Collections.Concurrent;
using Datahall.Fleet.Checkpoints;

namespace Datahall.Fleet.Tests.Checkpoints;

public sealed class CheckpointWatchTests : IDisposable
{
    private static readonly DateTime Start = DateTime.UnixEpoch;

    private readonly ManualTime time = new();
    private readonly ManualResetEventSlim hang = new();
    private readonly ConcurrentQueue<string> looked = new();
    private readonly CheckpointLooks looks;
    private volatile bool broken;
    private DateTime? found = Start.AddSeconds(1);

    public CheckpointWatchTests() => looks = new(Look, time);

    [Fact]
    public async Task Tick_looks_once_within_the_interval()
    {
        var watch = Watch("/quick");

        await Eventually.Holds("checkpoint", () => Ticked(watch).Latest == Start.AddSeconds(1));
        this.found = Start.AddSeconds(4);
        time.Pass(TimeSpan.FromSeconds(4.9));
        Ticked(watch);
        var before = (looked.Count, watch.Latest);
        time.Pass(TimeSpan.FromSeconds(0.2));
        await Eventually.Holds("next checkpoint", () => Ticked(watch).Latest == Start.AddSeconds(4));

        Assert.Equal((1, Start.AddSeconds(1)), before);
        Assert.Equal(2, looked.Count);
    }

    [Fact]
    public async Task Tick_of_a_place_that_hangs_holds_up_nobody_and_is_begun_once()
    {
        var hung = Enumerable.Range(0, 50).Select(_ => Watch("/hang")).ToList();
        var quick = Watch("/quick");

        hung.ForEach(watch => Ticked(watch));
        await Eventually.Holds("checkpoint of another place", () => Ticked(quick).Latest is not null);
        hung.ForEach(watch => Ticked(watch));

        Assert.Single(looked, path => path == "/hang");
        Assert.All(hung, watch => Assert.Null(watch.Latest));
        hang.Set();
        await Eventually.Holds("checkpoint after all", () => hung.All(watch => Ticked(watch).Latest is not null));
    }

    [Fact]
    public async Task Tick_keeps_what_it_saw_while_the_place_cannot_be_looked_at_and_forgets_what_is_gone()
    {
        var watch = Watch("/quick");
        await Eventually.Holds("checkpoint", () => Ticked(watch).Latest is not null);

        broken = true;
        // The third begins when the second has been taken up.
        await Eventually.Holds("failed look", () => { time.Pass(TimeSpan.FromSeconds(6)); Ticked(watch); return looked.Count >= 3; });
        var kept = watch.Latest;
        (broken, this.found) = (false, null);
        await Eventually.Holds("look at nothing", () => { time.Pass(TimeSpan.FromSeconds(6)); return Ticked(watch).Latest is null; });

        Assert.Equal(Start.AddSeconds(1), kept);
    }

    [Fact]
    public async Task TryClose_looks_once_more()
    {
        var watch = Watch("/quick");
        await Eventually.Holds("checkpoint", () => Ticked(watch).Latest is not null);
        this.found = Start.AddSeconds(3);

        await Eventually.Holds("last look", () => watch.TryClose(Start));

        Assert.Equal(Start.AddSeconds(3), watch.Latest);
        Assert.Equal(2, looked.Count);
    }

    [Fact]
    public void TryClose_waits_a_second_at_most()
    {
        var watch = Watch("/hang");
        Ticked(watch);

        Assert.False(watch.TryClose(Start));
        time.Pass(TimeSpan.FromSeconds(1));
        Assert.True(watch.TryClose(Start));
    }

    public void Dispose()
    {
        hang.Set();
        hang.Dispose();
    }

    private static CheckpointWatch Ticked(CheckpointWatch watch)
    {
        watch.Tick(Start);
        return watch;
    }

    private CheckpointWatch Watch(string path) => new(path, TimeSpan.FromSeconds(5), looks, time);

    private DateTime? Look(string path, DateTime since, DateTime until)
    {
        looked.Enqueue(path);
        if (path == "/hang")
        {
            hang.Wait(TestContext.Current.CancellationToken);
        }

        return broken ? throw new IOException("stale file handle") : found;
    }
}
