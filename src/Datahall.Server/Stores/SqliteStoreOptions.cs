namespace Datahall.Server.Stores;

/// <summary>What an installation may set about its SQLite store.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>How many deletions are remembered for watches that resume, at least 1. Default 100,000; older ones are forgotten by and by.</summary>
    public int KeepDeletions { get; init; } = 100_000;

    /// <summary>How many events are kept, at least 1. Default 100,000; older ones are forgotten by and by.</summary>
    public int KeepEvents { get; init; } = 100_000;

    /// <summary>
    /// How many recent changes are held in memory for watches, at least 1. Default 16,384; a watch that falls further behind goes on
    /// from the file and gets what it missed coalesced.
    /// </summary>
    public int RecentChanges { get; init; } = 16_384;

    /// <summary>How many batches may wait for the writer, at least 1. Default 1,024; further callers wait for room.</summary>
    public int WaitingBatches { get; init; } = 1_024;

    /// <summary>How many reads may run at once, at least 1. Default 4; further ones wait.</summary>
    public int Readers { get; init; } = 4;

    /// <summary>How long a write waits for another program that has locked the file, such as a backup. Default 5 s.</summary>
    public TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The size beyond which the file does not grow, in bytes; null (default) for the size of the disk.</summary>
    public long? MaxBytes { get; init; }
}
