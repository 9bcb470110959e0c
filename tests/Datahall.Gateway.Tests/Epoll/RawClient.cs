using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>A connection that sends and reads bytes as they are.</summary>
internal sealed class RawClient(Socket socket) : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(15);

    private readonly StringBuilder received = new();
    private readonly byte[] buffer = new byte[64 * 1024];

    public Socket Socket { get; } = socket;

    /// <summary>What came and was not read yet.</summary>
    public string Pending => received.ToString();

    public static async Task<RawClient> ConnectAsync(EndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        await socket.ConnectAsync(endPoint, TestContext.Current.CancellationToken);
        if (endPoint is IPEndPoint)
        {
            socket.NoDelay = true;
        }

        return new(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await Socket.SendAsync(bytes, TestContext.Current.CancellationToken)..];
        }
    }

    /// <summary>Reads up to and with a text.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        var from = 0;
        int at;
        while ((at = received.ToString(from, received.Length - from).IndexOf(end, StringComparison.Ordinal)) < 0)
        {
            from = Math.Max(0, received.Length - end.Length);
            if (!await ReceiveAsync($"waiting for '{end}'"))
            {
                throw new EndOfStreamException($"the connection ended before '{end}'; there was: {received}");
            }
        }

        return Take(from + at + end.Length);
    }

    public async Task<string> ReadAsync(int count)
    {
        while (received.Length < count)
        {
            if (!await ReceiveAsync($"waiting for {count} bytes"))
            {
                throw new EndOfStreamException($"the connection ended before {count} bytes; there was: {received}");
            }
        }

        return Take(count);
    }

    /// <summary>Reads a message: head and body, by Content-Length, chunks, or to the end.</summary>
    public async Task<string> ReadAnswerAsync(bool hasBody = true)
    {
        var head = await ReadUntilAsync("\r\n\r\n");
        var lines = head.Split("\r\n");
        var length = lines.FirstOrDefault(static line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        if (!hasBody || lines[0].Contains(" 304 ", StringComparison.Ordinal) || lines[0].Contains(" 204 ", StringComparison.Ordinal) || lines[0].Contains(" 1", StringComparison.Ordinal) && lines[0][9] == '1')
        {
            return head;
        }

        if (length is not null)
        {
            return head + await ReadAsync(int.Parse(length.AsSpan("Content-Length:".Length), System.Globalization.CultureInfo.InvariantCulture));
        }

        return lines.Contains("Transfer-Encoding: chunked", StringComparer.OrdinalIgnoreCase) ? head + await ReadUntilAsync("0\r\n\r\n") : head + await ReadToEndAsync();
    }

    /// <summary>Reads until the other side ends or resets.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync("waiting for the end"))
        {
        }

        return Take(received.Length);
    }

    public void EndSending() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes so that the other side sees a reset.</summary>
    public void Reset()
    {
        Socket.LingerState = new(enable: true, seconds: 0);
        Socket.Dispose();
    }

    public void Dispose() => Socket.Dispose();

    private string Take(int count)
    {
        var text = received.ToString(0, count);
        received.Remove(0, count);
        return text;
    }

    private async Task<bool> ReceiveAsync(string phase)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(patience);
        try
        {
            var count = await Socket.ReceiveAsync(buffer, timeout.Token);
            received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            return count > 0;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            throw new UnreachableException($"{phase}: nothing came for {patience}; there was: {received}");
        }
    }
}
