using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Epoll;

/// <summary>The transfers of a shard; used again and again.</summary>
internal sealed class TransferPool(Shard shard, Dispatcher dispatcher, int stripe)
{
    private readonly Stack<Transfer> unused = new();

    /// <summary>Takes one.</summary>
    public Transfer Take()
    {
        if (unused.TryPop(out var used))
        {
            return used;
        }

        var exchange = dispatcher.NewExchange(shard, LaneAbilities.Plain, stripe);
        var transfer = new Transfer(shard, exchange);
        exchange.Owner = transfer;
        return transfer;
    }

    /// <summary>Takes one back.</summary>
    public void Return(Transfer transfer) => unused.Push(transfer);
}
