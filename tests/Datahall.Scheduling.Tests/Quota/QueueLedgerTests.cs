using Datahall.Scheduling.Quota;

namespace Datahall.Scheduling.Tests.Quota;

public sealed class QueueLedgerTests
{
    [Fact]
    public void What_a_queue_holds_counts_in_those_above_it_also_after_it_moves()
    {
        var ledger = new QueueLedger();
        ledger.Put("a", new());
        ledger.Put("b", new());
        ledger.Put("leaf", new() { Parent = "a" });
        ledger.Take("leaf", new(2000, 0, 1000));

        var before = (ledger.Held("a").GpuMilli, ledger.Held("b").GpuMilli);
        ledger.Put("leaf", new() { Parent = "b" });

        Assert.Equal((1000, 0), before);
        Assert.Equal((0, 1000), (ledger.Held("a").GpuMilli, ledger.Held("b").GpuMilli));
    }

    [Fact]
    public void Refuse_names_the_queue_and_the_limit()
    {
        var ledger = new QueueLedger();
        ledger.Put("root", new() { Limit = new() { Gpu = new(1500), Memory = new(1L << 30) } });
        ledger.Put("leaf", new() { Parent = "root" });
        ledger.Take("leaf", new(0, 0, 1000));

        Assert.Null(ledger.Refuse("leaf", new(0, 0, 500)));
        Assert.Equal("queue root is at its limit: 2 GPUs would be held, 1.5 are allowed", ledger.Refuse("leaf", new(0, 0, 1000)));
        Assert.Equal("queue root is at its limit: 2Gi memory would be held, 1Gi is allowed", ledger.Refuse("leaf", new(0, 2L << 30, 0)));
    }
}
