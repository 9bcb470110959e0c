using Datahall.Scheduling.Ordering;

namespace Datahall.Scheduling.Tests.Ordering;

public sealed class JobOrdersTests
{
    private static readonly JobView Early = new(SubmittedSeconds: 10, Gpus: 1, AttainedSeconds: 4000, RemainingSeconds: 500, TotalSeconds: 4500, QueueShare: 0.5);
    private static readonly JobView Late = new(SubmittedSeconds: 20, Gpus: 8, AttainedSeconds: 0, RemainingSeconds: 300, TotalSeconds: 300, QueueShare: 0.1);

    [Theory]
    [InlineData("fifo", true)]
    [InlineData("sjf", false)]
    [InlineData("srtf", false)]
    [InlineData("srsf", true)] // 500 GPU-seconds are left against 2,400.
    [InlineData("las", false)]
    [InlineData("tiresias", false)]
    [InlineData("fair", false)]
    [InlineData("datahall", true)]
    public void Create_gives_an_order_that_says_who_is_first(string name, bool earlyFirst)
    {
        var order = JobOrders.Create(name);

        var (early, late) = (order.Key(Early), order.Key(Late));

        Assert.Equal(name, order.Name);
        Assert.Equal(earlyFirst, early < late);
    }

    [Theory]
    [InlineData("sjf")]
    [InlineData("srtf")]
    [InlineData("srsf")]
    public void Jobs_of_unknown_length_come_last_where_length_decides(string name)
    {
        var unknown = Early with { RemainingSeconds = null, TotalSeconds = null };

        Assert.Equal(double.PositiveInfinity, JobOrders.Create(name).Key(unknown));
    }

    [Theory]
    [InlineData("las")]
    [InlineData("tiresias")]
    [InlineData("datahall")]
    public void SteadySeconds_ends_where_the_key_changes(string name)
    {
        var order = JobOrders.Create(name);
        var job = Early with { RemainingSeconds = null, TotalSeconds = null, AttainedSeconds = 70, Gpus = 4 };

        var steady = order.SteadySeconds(job);

        Assert.InRange(steady, 1, 10_000);
        Assert.Equal(order.Key(job), order.Key(job with { AttainedSeconds = 70 + (steady * 0.999) }));
        Assert.True(order.Key(job) < order.Key(job with { AttainedSeconds = 70 + steady }));
    }

    [Fact]
    public void Create_names_what_there_is_when_there_is_no_such_order()
    {
        var error = Assert.Throws<ArgumentException>(() => JobOrders.Create("lifo"));

        Assert.Contains("fifo, sjf, srtf, srsf, las, tiresias, fair, datahall", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 100, 205)]
    [InlineData(1, 0, 383)]
    [InlineData(1, 150, 3_374)]
    [InlineData(8, 0, 4_770)]
    [InlineData(1, 4_000, 5_118)]
    [InlineData(1, 2_000, 5_893)]
    public void The_keys_of_the_documented_example(int gpus, double attained, double key)
    {
        var curve = new ServiceCurve();
        for (var i = 0; i < 1000; i++)
        {
            var end = i % 2 == 0 ? 100 : 7200;
            curve.Ran(1, 0, end);
            curve.Ended(1, end);
        }

        curve.Refresh();
        var job = Early with { Gpus = gpus, AttainedSeconds = attained, RemainingSeconds = null };

        Assert.Equal(key, new DatahallOrder(curve).Key(job), 0.5);
    }

    [Theory]
    [InlineData(0, true)] // Nobody says.
    [InlineData(0.25, true)]
    [InlineData(0.26, false)]
    public void A_gang_of_64_comes_before_every_smaller_job_unless_it_is_much_of_the_pool(double poolShare, bool first)
    {
        var order = JobOrders.Create("datahall");
        var wide = Late with { Gpus = DatahallOrder.WideGpus, SubmittedSeconds = 1e9, RemainingSeconds = null, PoolShare = poolShare };
        var narrow = Early with { Gpus = 1, AttainedSeconds = 0, RemainingSeconds = null };

        Assert.Equal(first, order.Key(wide) < order.Key(narrow));
        Assert.Equal(first, order.Key(wide with { SubmittedSeconds = 1e8 }) < order.Key(wide));
    }
}
