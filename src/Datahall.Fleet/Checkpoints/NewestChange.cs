namespace Datahall.Fleet.Checkpoints;

/// <summary>Finds when what a path names was last changed.</summary>
/// <remarks>
/// Of a file, its own time. Of a directory, the newest among itself and its entries, two levels deep. What is still named
/// <c>*.tmp</c> or <c>*.partial</c> does not count, and neither does the time of a directory that has such an entry, or an empty
/// directory, in it: that is when somebody began to save, not when it was done. Links within are not followed.
/// </remarks>
/// <param name="until">Times after this one do not count: some other machine's clock is wrong.</param>
internal sealed class NewestChange(DateTime until)
{
    private const int Levels = 2;
    private const int MostEntries = 1000;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    private DateTime newest = DateTime.MinValue;
    private int left = MostEntries;

    /// <summary>The newest change that is not before <paramref name="since"/>; null when there is none, or nothing at the path.</summary>
    /// <exception cref="IOException">The file system does not say.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be looked at.</exception>
    public static DateTime? Of(string path, DateTime since, DateTime until)
    {
        var named = new FileInfo(path);
        var found = named.LinkTarget is null ? null : named.ResolveLinkTarget(returnFinalTarget: true);
        var place = found?.FullName ?? path;
        var change = new NewestChange(until);
        if (Directory.Exists(place))
        {
            change.Look(new DirectoryInfo(place), Levels);
        }
        else if (File.Exists(place))
        {
            change.Consider(File.GetLastWriteTimeUtc(place));
        }

        return change.newest >= since ? change.newest : null;
    }

    /// <summary>Looks at a directory; false when something in it is unfinished.</summary>
    private bool Look(DirectoryInfo directory, int levels)
    {
        var own = directory.LastWriteTimeUtc; // Before its entries: what is begun from here on does not change it any more.
        var (empty, whole) = (true, true);
        try
        {
            foreach (var entry in directory.EnumerateFileSystemInfos("*", Everything))
            {
                if (left-- <= 0)
                {
                    break;
                }

                empty = false;
                whole &= LookAt(entry, levels);
            }
        }
        catch (DirectoryNotFoundException) // Deleted meanwhile, as old checkpoints are.
        {
            return true;
        }

        if (!empty && whole)
        {
            Consider(own);
        }

        return !empty && whole;
    }

    private bool LookAt(FileSystemInfo entry, int levels)
    {
        if (entry.Name.EndsWith(".tmp", StringComparison.Ordinal) || entry.Name.EndsWith(".partial", StringComparison.Ordinal))
        {
            return false;
        }

        if (levels > 1 && entry is DirectoryInfo directory && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            return Look(directory, levels - 1);
        }

        Consider(entry.LastWriteTimeUtc);
        return true;
    }

    private void Consider(DateTime time)
    {
        if (time > newest && time <= until)
        {
            newest = time;
        }
    }
}
