using System.Runtime.InteropServices;

namespace Datahall.Cli.Output;

/// <summary>The standard output, which unlike the framework's says when its reader has gone.</summary>
/// <remarks>
/// The console's own stream swallows EPIPE, so that <c>datahall get -w | head -1</c> would never end; a file stream keeps an
/// offset of its own, which breaks <c>&gt; file 2&gt;&amp;1</c>.
/// </remarks>
internal sealed class StandardOutput : Stream
{
    private const int Interrupted = 4;
    private const int TryAgain = 11;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = WriteOnce(1, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
            }
            else if (Marshal.GetLastPInvokeError() is not (Interrupted or TryAgain) and var error)
            {
                throw new OutputClosedException(error);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint WriteOnce(int descriptor, ref byte buffer, nint count);
}

/// <summary>Nobody reads the output any more, or it cannot be written.</summary>
internal sealed class OutputClosedException(int error) : IOException($"the output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}")
{
    private const int BrokenPipe = 32;

    /// <summary>Whether the reader ended on purpose, as <c>head</c> does.</summary>
    public bool ReaderIsGone => error == BrokenPipe;
}
