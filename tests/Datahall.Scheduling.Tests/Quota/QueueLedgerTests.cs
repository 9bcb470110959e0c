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
        ledger.Take("leaf", new(new(2000, 0, 1000), null));

        var before = (ledger.Held("a").Amount.GpuMilli, ledger.Held("b").Amount.GpuMilli);
        ledger.Put("leaf", new() { Parent = "b" });

        Assert.Equal((1000, 0), before);
        Assert.Equal((0, 1000), (ledger.Held("a").Amount.GpuMilli, ledger.Held("b").Amount.GpuMilli));
    }

    [Fact]
    public void Refuse_names_the_queue_and_the_limit()
    {
        var ledger = new QueueLedger();
        ledger.Put("root", new() { Limit = new() { Gpu = new(1500), Memory = new(1L << 30) } });
        ledger.Put("leaf", new() { Parent = "root" });
        ledger.Take("leaf", new(new(0, 0, 1000), null));

        Assert.Null(ledger.Refuse("leaf", [new(new(0, 0, 500), null)])?.ToString());
        Assert.Equal("queue root is at its limit: 2 GPUs would be held, 1.5 are allowed", ledger.Refuse("leaf", [new(new(0, 0, 1000), null)])?.ToString());
        Assert.Equal("queue root is at its limit: 2Gi memory would be held, 1Gi is allowed", ledger.Refuse("leaf", [new(new(0, 2L << 30, 0), null)])?.ToString());
    }
}
