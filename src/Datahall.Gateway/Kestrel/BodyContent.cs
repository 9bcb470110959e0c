using System.Net;

namespace Datahall.Gateway.Kestrel;

/// <summary>A client's body on its way to a replica.</summary>
internal sealed class BodyContent(RequestBody body) : HttpContent
{
    /// <summary>Ends when nothing is sent any more; completed when nothing was.</summary>
    public Task Sending { get; private set; } = Task.CompletedTask;

    /// <summary>Called when all of it is sent; null: nobody wants to know.</summary>
    public Action? Sent { get; set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Sending = CopyAsync(stream, cancellationToken);

    private async Task CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        await body.CopyToAsync(stream, cancellationToken);
        Sent?.Invoke();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Declared;
        return length >= 0;
    }
}
