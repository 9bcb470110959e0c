using Datahall.Control.Store;
using Datahall.Server.Stores;
using Datahall.StoreContract;

namespace Datahall.Server.Tests.Stores;

internal sealed class SqliteSite : IStoreSite
{
    private readonly string directory = Directory.CreateTempSubdirectory("datahall-store-").FullName;

    public async Task<IResourceStore> OpenAsync(StoreLimits limits) => await SqliteStore.OpenAsync(
        Path.Combine(directory, "store.db"),
        new()
        {
            RecentChanges = limits.RecentChanges,
            KeepDeletions = limits.KeepDeletions,
            KeepEvents = limits.KeepEvents,
        },
        TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class SqliteStoreWriteTests : WriteContract
{
    protected override IStoreSite NewSite() => new SqliteSite();
}

public sealed class SqliteStoreReadTests : ReadContract
{
    protected override IStoreSite NewSite() => new SqliteSite();
}

public sealed class SqliteStoreWatchTests : WatchContract
{
    protected override IStoreSite NewSite() => new SqliteSite();
}

public sealed class SqliteStoreCompactionTests : CompactionContract
{
    protected override IStoreSite NewSite() => new SqliteSite();
}

public sealed class SqliteStoreModelTests : ModelContract
{
    protected override IStoreSite NewSite() => new SqliteSite();
}
