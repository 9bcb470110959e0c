namespace Datahall.Server.Stores;

/// <summary>What the writer keeps in mind of the file.</summary>
/// <param name="Revision">The last batch's revision.</param>
/// <param name="LastEvent">The last event's sequence; 0 before the first.</param>
/// <param name="Events">How many events there are.</param>
/// <param name="Deletions">How many tombstones there are at most.</param>
internal readonly record struct FileState(long Revision, long LastEvent, long Events, long Deletions)
{
    public static FileState Read(Database database) => new(
        database.Number("SELECT value FROM meta WHERE key = 'revision'"),
        database.Number("SELECT max(sequence) FROM event"),
        database.Number("SELECT count(*) FROM event"),
        database.Number("SELECT count(*) FROM resource WHERE payload IS NULL"));
}
