using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Datahall.Fleet.Logs;

/// <summary>The kernel's log, read record by record without waiting. For one caller at a time.</summary>
/// <remarks>The framework's files seek and read ahead, which <c>/dev/kmsg</c> does not take. It begins with the oldest record that the kernel still has.</remarks>
internal sealed partial class KernelLogFile : IDisposable
{
    /// <summary>Room for one record, as the kernel gives them.</summary>
    public const int RecordBytes = 8192;

    private const int ReadNonBlocking = 0x800 | 0x8_0000; // And closed in programs that are started meanwhile.
    private const int SeekEnd = 2;
    private const int BrokenPipe = 32; // What was not read in time was overwritten; the next read goes on behind it.

    private readonly SafeFileHandle log;

    private KernelLogFile(SafeFileHandle log, string? fault) => (this.log, Fault) = (log, fault);

    /// <summary>Why it cannot be read; null: it can.</summary>
    public string? Fault { get; }

    /// <summary>Opens a log.</summary>
    /// <param name="path">The kernel's log, or a file like it.</param>
    public static KernelLogFile Open(string path)
    {
        var log = Open(path, ReadNonBlocking);
        return new(log, log.IsInvalid ? $"{path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}" : null);
    }

    /// <summary>Passes over what is there.</summary>
    public void SkipToEnd()
    {
        if (Fault is null)
        {
            Seek(log, 0, SeekEnd);
        }
    }

    /// <summary>Reads the next bytes, of the kernel's own log one record.</summary>
    /// <param name="into">At least <see cref="RecordBytes"/> long.</param>
    /// <returns>How many; 0 when there is nothing now.</returns>
    public int Read(byte[] into)
    {
        while (Fault is null)
        {
            var length = Read(log, into, into.Length);
            if (length >= 0 || Marshal.GetLastPInvokeError() != BrokenPipe)
            {
                return (int)Math.Max(0, length);
            }
        }

        return 0;
    }

    public void Dispose() => log.Dispose();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, [Out] byte[] into, nint count);
}
