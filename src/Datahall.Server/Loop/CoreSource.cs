using Datahall.Control.Core;
using Datahall.Control.Store;
using Datahall.Server.Resources;

namespace Datahall.Server.Loop;

/// <summary>Builds the core, and the committed read model beside it, from what the store holds.</summary>
internal sealed class CoreSource(IResourceStore store, ResourceCache cache, CoreOptions options, LoopClock clock)
{
    /// <summary>Reads the store and starts a core on it.</summary>
    /// <exception cref="IOException">The store could not be read.</exception>
    public async Task<ControlCore> OpenAsync(CancellationToken cancellationToken)
    {
        var revision = store.Revision;
        var resources = await store.ListAsync(null, cancellationToken);
        var newest = await store.EventsAsync(new EventQuery(0, null, 1), cancellationToken);
        var lastEvent = newest.Count > 0 ? newest[^1].Sequence : 0;
        var core = new ControlCore(options, new CoreStart(store.Identity, revision, lastEvent, resources), clock.Now);
        cache.Reset(revision, lastEvent, resources);
        return core;
    }
}
