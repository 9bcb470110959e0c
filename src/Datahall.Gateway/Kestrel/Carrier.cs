using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Kestrel;

/// <summary>An exchange and the place where its request waits; used for one request after another.</summary>
internal sealed class Carrier
{
    public Carrier(Exchange exchange)
    {
        Exchange = exchange;
        exchange.Owner = Waiter;
    }

    public Exchange Exchange { get; }

    public Waiter Waiter { get; } = new();
}
