using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Datahall.Cli.Analyze;

/// <summary>Tells whether two open files are one, by whatever names.</summary>
internal static class FileIdentity
{
    // The same on x64 and arm64, from <sys/stat.h> and <linux/stat.h>.
    private const int EmptyPath = 0x1000;
    private const uint TypeAndNumber = 0x101;
    private const int StatBytes = 256;
    private const int ModeOffset = 28;
    private const int NumberOffset = 32;
    private const int DeviceOffset = 136;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Whether both are the same regular file. What the file system does not tell counts as different.</summary>
    public static bool AreSame(SafeFileHandle one, SafeFileHandle other) => Of(one) is { } first && Of(other) == first;

    /// <summary>Whether it is a file, and no device or pipe.</summary>
    public static bool IsFile(SafeFileHandle file) => Of(file) is not null;

    private static (ulong Device, ulong Number)? Of(SafeFileHandle file)
    {
        Span<byte> stat = stackalloc byte[StatBytes];
        return Stat(file, "", EmptyPath, TypeAndNumber, ref MemoryMarshal.GetReference(stat)) == 0 && (BitConverter.ToUInt16(stat[ModeOffset..]) & TypeMask) == Regular
            ? (BitConverter.ToUInt64(stat[DeviceOffset..]), BitConverter.ToUInt64(stat[NumberOffset..])) : null;
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Stat(SafeFileHandle file, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint wanted, ref byte stat);
}
