using Datahall.Control.Store;
using Datahall.StoreContract;
using Datahall.Twin.Stores;

namespace Datahall.Twin.Tests.Stores;

internal sealed class MemorySite : IStoreSite
{
    private readonly MemoryDisk disk = new("twin");

    public Task<IResourceStore> OpenAsync(StoreLimits limits) => Task.FromResult<IResourceStore>(new MemoryStore(
        disk,
        new() { KeepDeletions = limits.KeepDeletions, KeepEvents = limits.KeepEvents, Fidelity = ResourceFidelity.Json }));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class MemoryStoreWriteTests : WriteContract
{
    protected override IStoreSite NewSite() => new MemorySite();
}

public sealed class MemoryStoreReadTests : ReadContract
{
    protected override IStoreSite NewSite() => new MemorySite();
}

public sealed class MemoryStoreWatchTests : WatchContract
{
    protected override IStoreSite NewSite() => new MemorySite();
}

public sealed class MemoryStoreCompactionTests : CompactionContract
{
    protected override IStoreSite NewSite() => new MemorySite();
}

public sealed class MemoryStoreModelTests : ModelContract
{
    protected override IStoreSite NewSite() => new MemorySite();
}
