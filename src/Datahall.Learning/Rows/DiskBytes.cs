using Microsoft.Win32.SafeHandles;

namespace Datahall.Learning.Rows;

/// <summary>Bytes in a file of its own, added at the end and read from anywhere; the last ones, up to 256 KiB, are in memory. Not safe for several threads.</summary>
/// <remarks>The file has no name: the operating system frees it when this, or the process, ends in whatever way. Where little is added there is none.</remarks>
internal sealed class DiskBytes(string folder) : IDisposable
{
    private const int LargestTail = 1 << 18;

    private byte[] tail = [];
    private int inTail;
    private long onDisk;
    private SafeFileHandle? file;

    /// <summary>How many bytes were added.</summary>
    public long Length => onDisk + inTail;

    /// <summary>Adds bytes at the end.</summary>
    /// <exception cref="LearningException">The disk is full, or the folder cannot be written.</exception>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (inTail + bytes.Length > LargestTail)
        {
            Write(tail.AsSpan(0, inTail));
            inTail = 0;
        }

        if (bytes.Length > LargestTail)
        {
            Write(bytes);
            return;
        }

        if (inTail + bytes.Length > tail.Length)
        {
            Array.Resize(ref tail, Math.Min(LargestTail, Math.Max(1024, 2 * (inTail + bytes.Length))));
        }

        bytes.CopyTo(tail.AsSpan(inTail));
        inTail += bytes.Length;
    }

    /// <summary>Reads bytes that were added together.</summary>
    /// <param name="position">Where they begin.</param>
    /// <param name="bytes">Is filled with them.</param>
    /// <exception cref="LearningException">The disk does not give back what was written.</exception>
    public void Read(long position, Span<byte> bytes)
    {
        if (position >= onDisk)
        {
            tail.AsSpan((int)(position - onDisk), bytes.Length).CopyTo(bytes);
            return;
        }

        for (var read = 0; bytes.Length > 0; bytes = bytes[read..])
        {
            read = RandomAccess.Read(file!, bytes, position);
            position += read;
            if (read == 0)
            {
                throw new LearningException($"{folder}: rows that were kept there cannot be read back; look after the disk");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            file ??= Nameless(folder);
            RandomAccess.Write(file, bytes, onDisk);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException) // The last: larger than files may be there.
        {
            throw new LearningException($"{folder}: rows that were read cannot be kept there, after {onDisk / 1e6:0.0} MB: {e.Message}; free some room, or name a folder that has more (train: --output, others: TMPDIR)", e);
        }

        onDisk += bytes.Length;
    }

    private static SafeFileHandle Nameless(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"rows-{Path.GetRandomFileName()}");
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
        File.Delete(path);
        return handle;
    }
}
