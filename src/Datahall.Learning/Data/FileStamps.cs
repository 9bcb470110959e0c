namespace Datahall.Learning.Data;

/// <summary>Notices that files are changed while they are read more than once, such as for their checksums and for their rows.</summary>
internal sealed class FileStamps
{
    private readonly List<(string Path, DateTime Changed, long Length)> stamps;

    private FileStamps(IEnumerable<string> files) => stamps = [.. files.Select(Of)];

    /// <summary>Remembers files as they are now; one that is not there is for others to name.</summary>
    public static FileStamps Take(IEnumerable<string> files) => new(files);

    /// <summary>Looks at them again.</summary>
    /// <exception cref="LearningException">One has changed; the message names it.</exception>
    public void Check()
    {
        if (stamps.Find(static stamp => Of(stamp.Path) != stamp) is { Path: { } changed })
        {
            throw new LearningException($"{changed} was changed while it was read; start again when nothing writes to it any more");
        }
    }

    private static (string Path, DateTime Changed, long Length) Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (path, file.LastWriteTimeUtc, file.Length) : (path, default, -1);
    }
}
