using Datahall.Control.Store;

namespace Datahall.StoreContract;

/// <summary>A place where one store can be opened, closed and opened again.</summary>
public interface IStoreSite : IAsyncDisposable
{
    /// <summary>Opens the store that is here, or makes it; the caller disposes it before it opens the next.</summary>
    /// <param name="limits">How much the store remembers.</param>
    Task<IResourceStore> OpenAsync(StoreLimits limits);
}

/// <summary>How much a store remembers by itself.</summary>
/// <param name="RecentChanges">For watches, where it holds them in memory.</param>
/// <param name="KeepDeletions">Deletions.</param>
/// <param name="KeepEvents">Events.</param>
public sealed record StoreLimits(int RecentChanges = 1024, int KeepDeletions = 100_000, int KeepEvents = 100_000);
