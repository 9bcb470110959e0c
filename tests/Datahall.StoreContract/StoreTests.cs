using System.Text;
using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.StoreContract;

/// <summary>What the suites share: a store on a fresh site.</summary>
public abstract class StoreTests : IAsyncLifetime
{
    private IStoreSite? site;
    private IResourceStore? store;

    /// <summary>The store under test.</summary>
    protected IResourceStore Store => store ?? throw new InvalidOperationException("the store is open only within a test");

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Makes a site for one test.</summary>
    protected abstract IStoreSite NewSite();

    public async ValueTask InitializeAsync()
    {
        site = NewSite();
        store = await site.OpenAsync(new());
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (store is not null)
        {
            await store.DisposeAsync();
        }

        if (site is not null)
        {
            await site.DisposeAsync();
        }
    }

    /// <summary>Closes the store and opens what it left.</summary>
    protected async Task ReopenAsync(StoreLimits? limits = null)
    {
        await Store.DisposeAsync();
        store = await site!.OpenAsync(limits ?? new());
    }

    /// <summary>Writes changes as the next batch, which must succeed.</summary>
    /// <returns>The batch's revision.</returns>
    protected async Task<long> WriteAsync(params Func<long, Change>[] changes)
    {
        var revision = Store.Revision + 1;

        var conflict = await Store.WriteAsync(A.Batch(revision, [.. changes.Select(change => change(revision))]), Cancelled);

        Assert.Null(conflict);
        return revision;
    }

    /// <summary>A resource as its JSON: records with collections inside are equal only when they are the same.</summary>
    protected static string? Text(Resource? resource) => resource is null ? null : Encoding.UTF8.GetString(ResourceJson.Write(resource));

    protected static string Text(WatchEvent change) => $"{change.Revision} {change.Key} {Text(change.Resource) ?? "deleted"}";
}
