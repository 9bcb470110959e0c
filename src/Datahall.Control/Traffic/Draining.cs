using Datahall.Control.Core;
using Datahall.Model;

namespace Datahall.Control.Traffic;

/// <summary>Ends the wait of replicas that are to be stopped, once no gateway has requests there.</summary>
internal sealed class Draining(CoreState state, TrafficBook book)
{
    /// <summary>Gateways have told news, or have fallen silent.</summary>
    public void Look()
    {
        foreach (var replica in state.Indexes.Draining.Where(book.HasLeft).ToList())
        {
            End(replica);
        }
    }

    /// <summary>Nothing is left there, or the time is up: its agent is told to stop it.</summary>
    public void End(TaskResource replica) => state.Put(replica with { Status = replica.Status with { Drain = null } });
}
