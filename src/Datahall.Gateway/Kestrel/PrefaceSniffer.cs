using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Datahall.Gateway.Kestrel;

/// <summary>Sees by the first bytes of a plaintext connection whether it speaks HTTP/2 with prior knowledge (RFC 9113, section 3.3) or HTTP/1.1.</summary>
/// <param name="http1">Takes the connection when it is HTTP/1.1.</param>
/// <param name="http2">Takes it when it is HTTP/2.</param>
/// <param name="patience">How long the first byte may take.</param>
internal sealed class PrefaceSniffer(ConnectionDelegate http1, ConnectionDelegate http2, TimeSpan patience)
{
    // No method of HTTP/1.1 begins so.
    private static ReadOnlySpan<byte> Preface => "PRI *"u8;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        if (await IsHttp2Async(connection) is { } isHttp2)
        {
            await (isHttp2 ? http2 : http1)(connection);
        }
    }

    private async ValueTask<bool?> IsHttp2Async(ConnectionContext connection)
    {
        var leaving = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, leaving);
        stop.CancelAfter(patience);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(stop.Token);
                var verdict = Judge(result.Buffer);
                input.AdvanceTo(result.Buffer.Start, verdict is null ? result.Buffer.End : result.Buffer.Start);
                if (verdict is not null || result.IsCompleted)
                {
                    return verdict ?? false;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            connection.Abort(new("nothing came"));
            return null;
        }
    }

    private static bool? Judge(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> first = stackalloc byte[5];
        var count = (int)Math.Min(bytes.Length, first.Length);
        bytes.Slice(0, count).CopyTo(first);
        return !Preface.StartsWith(first[..count]) ? false : count == first.Length ? true : null;
    }
}
