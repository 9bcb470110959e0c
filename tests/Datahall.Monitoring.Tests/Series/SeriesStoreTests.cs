using Datahall.Monitoring.Series;

namespace Datahall.Monitoring.Tests.Series;

public sealed class SeriesStoreTests
{
    private static readonly SeriesLabels NodeOne = SeriesLabels.Of(("node", "n1"), ("rack", "r1"));
    private static readonly SeriesLabels NodeTwo = SeriesLabels.Of(("node", "n2"), ("rack", "r1"));

    [Fact]
    public void Read_returns_what_was_appended_when_series_and_times_are_random()
    {
        var first = Environment.GetEnvironmentVariable("DATAHALL_SERIES_SEED") is { } text ? int.Parse(text) : Environment.TickCount;
        for (var seed = first; seed < first + 300; seed++)
        {
            TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
            var random = new Random(seed);
            var store = new SeriesStore(new() { Retention = TimeSpan.FromMinutes(random.Next(1, 600)) });
            var plain = new List<Sample>();
            var readings = new RandomReadings(random);
            for (var i = random.Next(1, 3000); i > 0; i--)
            {
                var sample = readings.Next();
                plain.Add(sample);
                store.Append("m", NodeOne, sample.UnixMilliseconds, sample.Value);
            }

            var until = plain[^1].UnixMilliseconds;
            store.Forget(until);
            var from = until - (long)(random.NextDouble() * store.Options.Retention.TotalMilliseconds);
            var to = from + (long)(random.NextDouble() * 1.2 * (until - from));

            Same(plain.Where(s => s.UnixMilliseconds >= from && s.UnixMilliseconds <= to), Samples(store, "m", from, to), seed);
            Assert.True(Samples(store, "m", 0, long.MaxValue).Count <= plain.Count(s => s.UnixMilliseconds >= until - (long)store.Options.Retention.TotalMilliseconds) + 16, $"seed {seed}: more than the retention is kept");
        }
    }

    [Fact]
    public void Read_finds_series_by_their_labels()
    {
        var store = new SeriesStore(new());
        store.Append("up", NodeOne, 1000, 1);
        store.Append("up", NodeTwo, 1000, 2);
        store.Append("load", NodeOne, 1000, 3);

        Assert.Equal([1.0, 2], Values(store, "up", []));
        Assert.Equal([1.0, 2], Values(store, "up", new() { ["rack"] = "r1" }));
        Assert.Equal([2.0], Values(store, "up", new() { ["rack"] = "r1", ["node"] = "n2" }));
        Assert.Equal([3.0], Values(store, "load", new() { ["node"] = "n1" }));
        Assert.Empty(Values(store, "load", new() { ["node"] = "n2" }));
        Assert.Empty(Values(store, "up", new() { ["rack"] = "r2" }));
        Assert.Empty(Values(store, "up", new() { ["rack"] = "" })); // As in Prometheus: those without the label.
        Assert.Equal([1.0, 2], Values(store, "up", new() { ["hall"] = "" }));
        Assert.Empty(Values(store, "down", []));
        Assert.Equal([("load", 1), ("up", 2)], store.Metrics());
    }

    [Fact]
    public void Append_drops_and_counts_a_sample_that_is_not_later()
    {
        var store = new SeriesStore(new());
        store.Append("m", NodeOne, 1000, 1);
        store.Append("m", NodeOne, 1000, 2);
        store.Append("m", NodeOne, 999, 3);

        Assert.Equal([new Sample(1000, 1)], Samples(store, "m", 0, 2000));
        Assert.Equal(2, store.Count().LateSamples);
    }

    [Fact]
    public void Append_refuses_and_counts_series_above_the_limits()
    {
        var store = new SeriesStore(new() { MaxSeriesPerMetric = 3, MaxSeries = 5 });
        for (var i = 0; i < 10; i++)
        {
            store.Append("a", SeriesLabels.Of(("i", $"{i}")), 1000, i);
            store.Append("b", SeriesLabels.Of(("i", $"{i}")), 1000, i);
        }

        Assert.Equal([("a", 3), ("b", 2)], store.Metrics());
        Assert.Equal(15, store.Count().RefusedSamples);
        Assert.Null(store.Open("c", NodeOne));
    }

    [Fact]
    public void Append_loses_the_oldest_samples_when_memory_is_used_up()
    {
        var store = new SeriesStore(new() { MaxSampleBytes = 16 * 128 * 8 });
        var random = new Random(1);
        for (var i = 1; i <= 10_000; i++)
        {
            store.Append("m", NodeOne, i * 15_000L, random.NextDouble());
        }

        var kept = Samples(store, "m", 0, long.MaxValue);

        Assert.InRange(kept.Count, 64, 8 * 128 / 6);
        Assert.Equal(10_000 * 15_000L, kept[^1].UnixMilliseconds);
        Assert.All(kept.Zip(kept.Skip(1)), static pair => Assert.Equal(15_000, pair.Second.UnixMilliseconds - pair.First.UnixMilliseconds));
        Assert.Equal(0, store.Count().LostSamples);
    }

    [Fact]
    public void Forget_drops_silent_series_and_a_handle_opens_its_series_anew()
    {
        var store = new SeriesStore(new() { Retention = TimeSpan.FromMinutes(1) });
        var handle = store.Open("m", NodeOne)!;
        store.Append(handle, 1000, 1);
        store.Append("m", NodeTwo, 100_000, 1);

        store.Forget(120_000);

        Assert.Equal([("m", 1)], store.Metrics());
        store.Append(handle, 130_000, 2);
        Assert.Equal([2.0], Values(store, "m", new() { ["node"] = "n1" }));
        Assert.Equal(2, store.Count().Series);
    }

    [Fact]
    public void Forget_leaves_no_memory_behind_when_series_come_and_go()
    {
        var store = new SeriesStore(new() { Retention = TimeSpan.FromMinutes(1), MaxSeriesPerMetric = 1000 });
        var random = new Random(1);
        for (var round = 0; round < 100; round++)
        {
            for (var i = 0; i < 1000; i++)
            {
                var labels = SeriesLabels.Of(("node", $"n{round}-{i}"), ("site", "s"));
                for (var k = 0; k < 16; k++)
                {
                    store.Append("m", labels, (round * 1_000_000L) + k + 1, random.NextDouble());
                }
            }

            store.Forget((round + 1) * 1_000_000L);
        }

        Assert.Equal((0, 0), (store.Count().Series, store.Count().RefusedSamples));
        Assert.InRange(store.Count().SampleBytes, 1, 1 << 20);
        store.Append("m", SeriesLabels.Of(("node", "n0-0"), ("site", "s")), 200_000_000, 7);
        Assert.Equal([7.0], Values(store, "m", new() { ["site"] = "s" }));
    }

    [Fact]
    public void ReadNewest_says_the_last_sample_within_a_time_of_each_series_that_has_one()
    {
        var store = new SeriesStore(new());
        for (var i = 1; i <= 600; i++)
        {
            store.Append("m", NodeOne, i * 1000, i);
        }

        store.Append("m", NodeTwo, 1000, 1);

        Assert.Equal([600.0], Newest(599_000, long.MaxValue));
        Assert.Equal([1.0, 300.0], Newest(0, 300_500));
        Assert.Empty(Newest(600_001, long.MaxValue));
        Assert.Equal(2, store.CountOf(new("m", SeriesLabels.Empty)));

        IEnumerable<double> Newest(long from, long to) => store.ReadNewest(new("m", SeriesLabels.Empty), from, to).Select(static range => Assert.Single(range.Samples).Value).Order();
    }

    [Fact]
    public void ReadLatest_says_the_newest_of_each_series_since_a_time()
    {
        var store = new SeriesStore(new());
        for (var i = 1; i <= 16; i++) // A whole block, so that nothing is left outside it.
        {
            store.Append("m", NodeOne, i * 1000, i);
        }

        store.Append("m", NodeTwo, 1000, 1);
        store.Open("m", SeriesLabels.Of(("node", "n3")));

        Assert.Equal([(NodeOne, new Sample(16_000, 16))], store.ReadLatest(new("m", SeriesLabels.Empty), 2000));
        Assert.Equal(2, store.ReadLatest(new("m", SeriesLabels.Empty), 0).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a-b")]
    public void Append_refuses_names_that_Prometheus_would_refuse(string name)
    {
        var store = new SeriesStore(new());

        Assert.Contains($"'{name}' is no name of a metric", Assert.Throws<ArgumentException>(() => store.Append(name, NodeOne, 1, 1)).Message);
        Assert.Contains($"'{name}' is no name of a label", Assert.Throws<ArgumentException>(() => store.Append("m", SeriesLabels.Of((name, "x")), 1, 1)).Message);
        Assert.Empty(store.Metrics());
    }

    [Fact]
    public void Append_by_handle_allocates_nothing()
    {
        var store = new SeriesStore(new() { Retention = TimeSpan.FromMinutes(30) });
        var handle = store.Open("m", NodeOne)!;
        var random = new Random(1);
        var time = 0L;

        Assert.Equal(0, Allocation.Of(() => Run(10_000)));

        void Run(int samples)
        {
            for (var i = 0; i < samples; i++)
            {
                store.Append(handle, time += i % 100 == 0 ? 20_000 : 15_000, random.Next(1000) / 10.0);
            }
        }
    }

    [Fact]
    public async Task Read_sees_whole_series_while_others_append()
    {
        var store = new SeriesStore(new() { Retention = TimeSpan.FromHours(1) });
        const int Samples = 20_000;
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            var labels = SeriesLabels.Of(("node", $"n{writer}"));
            for (var i = 1; i <= Samples; i++)
            {
                store.Append("m", labels, i * 1000L, i * 1000L);
                if (i % 1000 == 0)
                {
                    store.Forget(i * 1000L);
                }
            }
        })).ToList();

        var reads = 0;
        while (writers.Any(static writer => !writer.IsCompleted) || reads == 0)
        {
            foreach (var range in store.Read(new("m", SeriesLabels.Empty), 0, long.MaxValue))
            {
                Assert.All(range.Samples, static sample => Assert.Equal(sample.UnixMilliseconds, sample.Value));
                Assert.All(range.Samples.Zip(range.Samples.Skip(1)), static pair => Assert.Equal(1000, pair.Second.UnixMilliseconds - pair.First.UnixMilliseconds));
                reads++;
            }
        }

        await Task.WhenAll(writers);
        Assert.All(store.Read(new("m", SeriesLabels.Empty), 0, long.MaxValue), static range => Assert.Equal(Samples * 1000, range.Samples[^1].UnixMilliseconds));
    }

    private static List<Sample> Samples(SeriesStore store, string metric, long from, long to) =>
        [.. store.Read(new(metric, SeriesLabels.Empty), from, to).SelectMany(static range => range.Samples)];

    private static IEnumerable<double> Values(SeriesStore store, string metric, Dictionary<string, string> labels) =>
        store.Read(new(metric, labels), 0, long.MaxValue).SelectMany(static range => range.Samples).Select(static sample => sample.Value).Order();

    private static void Same(IEnumerable<Sample> expected, IReadOnlyList<Sample> actual, int seed) => Assert.True(
        expected.Select(static s => (s.UnixMilliseconds, BitConverter.DoubleToInt64Bits(s.Value))).SequenceEqual(actual.Select(static s => (s.UnixMilliseconds, BitConverter.DoubleToInt64Bits(s.Value)))),
        $"seed {seed}: what was read is not what was appended");
}
