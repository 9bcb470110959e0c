using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Epoll;

/// <summary>The transfers of a shard; used again and again.</summary>
internal sealed class TransferPool(Shard shard, Dispatcher dispatcher, int stripe)
{
    private readonly Dictionary<Exchange, Transfer> byExchange = [];
    private readonly Stack<Transfer> unused = new();

    /// <summary>Takes one.</summary>
    public Transfer Take()
    {
        if (unused.TryPop(out var used))
        {
            return used;
        }

        var exchange = dispatcher.NewExchange(shard, LaneAbilities.Plain, stripe);
        return byExchange[exchange] = new(shard, exchange);
    }

    /// <summary>Takes one back.</summary>
    public void Return(Transfer transfer) => unused.Push(transfer);

    /// <summary>The dispatcher lets a request go on that waited.</summary>
    public void Resume(Exchange exchange) => byExchange[exchange].Resume();
}
