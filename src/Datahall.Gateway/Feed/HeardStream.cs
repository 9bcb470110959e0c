namespace Datahall.Gateway.Feed;

/// <summary>Cancels when nothing was heard for too long.</summary>
internal sealed class SilenceTimeout : IDisposable
{
    private readonly TimeSpan longest;
    private readonly CancellationTokenSource timeout;
    private readonly CancellationTokenSource either;

    public SilenceTimeout(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        this.longest = longest;
        timeout = new(longest, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
    }

    public CancellationToken Token => either.Token;

    public void Heard() => timeout.CancelAfter(longest);

    public void Dispose()
    {
        either.Dispose();
        timeout.Dispose();
    }
}

/// <summary>A stream whose every byte counts as heard.</summary>
internal sealed class HeardStream(Stream inner, SilenceTimeout silence) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        silence.Heard();
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
