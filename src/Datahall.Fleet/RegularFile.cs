using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Datahall.Fleet;

/// <summary>Opens files that tasks may have had their hands on: a pipe in place of a file would hold up whoever opens it.</summary>
internal static partial class RegularFile
{
    // The same on x64 and arm64, from <fcntl.h>, <sys/stat.h> and <linux/stat.h>.
    private const int PathOnly = 0x20_0000;
    private const int CloseOnExec = 0x8_0000;
    private const int EmptyPath = 0x1000;
    private const uint TypeWanted = 1;
    private const int StatBytes = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    private const int NoEntry = 2;
    private const int Denied = 13;
    private const int NotADirectory = 20;

    /// <summary>Whether a path names a regular file, by itself or over links.</summary>
    /// <exception cref="IOException">The file system does not say.</exception>
    /// <exception cref="UnauthorizedAccessException">A directory on the way may not be entered.</exception>
    public static bool Is(string path)
    {
        using var place = Find(path);
        return place is not null && IsRegular(place, path);
    }

    /// <summary>Opens a file for reading beside its writers; null when there is none, or it is something else than a regular file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream? TryOpen(string path, int bufferBytes = 4096)
    {
        using var place = Find(path);
        if (place is null || !IsRegular(place, path))
        {
            return null;
        }

        // What was looked at is what is opened, whatever has become of the path meanwhile.
        var found = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{place.DangerousGetHandle()}");
        return new(found, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferBytes);
    }

    /// <summary>Takes hold of a place without opening what is there.</summary>
    private static SafeFileHandle? Find(string path)
    {
        var place = Open(path, PathOnly | CloseOnExec);
        if (!place.IsInvalid)
        {
            return place;
        }

        var error = Marshal.GetLastPInvokeError();
        place.Dispose();
        return error switch
        {
            NoEntry or NotADirectory => null,
            Denied => throw new UnauthorizedAccessException($"'{path}' may not be reached"),
            _ => throw Failure(path, error),
        };
    }

    private static bool IsRegular(SafeFileHandle place, string path)
    {
        Span<byte> stat = stackalloc byte[StatBytes];
        return Stat(place, "", EmptyPath, TypeWanted, ref MemoryMarshal.GetReference(stat)) == 0
            ? (BitConverter.ToUInt16(stat[ModeOffset..]) & TypeMask) == Regular
            : throw Failure(path, Marshal.GetLastPInvokeError());
    }

    private static IOException Failure(string path, int error) => new($"'{path}': {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(SafeFileHandle place, string path, int flags, uint wanted, ref byte stat);
}
