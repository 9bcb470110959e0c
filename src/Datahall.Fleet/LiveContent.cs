using System.Net;

namespace Datahall.Fleet;

/// <summary>A body that is sent as it comes: every piece at once, where the framework's own content waits for a full buffer.</summary>
internal sealed class LiveContent(Stream source) : HttpContent
{
    private const int BufferBytes = 16 * 1024;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        await stream.FlushAsync(cancellationToken); // The reader learns that the log is coming, also of a task that says nothing.
        while (await source.ReadAsync(buffer, cancellationToken) is var length and > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
