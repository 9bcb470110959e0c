using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HelloProgram;

/// <summary>A web server of two pages: <c>/healthz</c>, and a greeting that names the replica.</summary>
internal static class WebService
{
    private const int MaxRequest = 8 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var port = int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "8080", CultureInfo.InvariantCulture);
        using var listener = new TcpListener(IPAddress.IPv6Any, port);
        listener.Server.DualMode = true;
        listener.Start();
        Console.WriteLine($"serving on port {port}");
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(cancellationToken);
                _ = AnswerAsync(client); // Catches all that a client can do wrong; its own deadline ends it.
            }
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("stopped by SIGTERM");
            return 0;
        }
    }

    private static async Task AnswerAsync(Socket client)
    {
        using var limit = new CancellationTokenSource(Patience);
        using (client)
        {
            try
            {
                var path = await ReadPathAsync(client, limit.Token);
                await client.SendAsync(Answer(path), limit.Token);
                client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The client went away or says nothing: there is nobody to answer.
            }
        }
    }

    /// <summary>The path of the request line, once the head is whole; null when it is no HTTP.</summary>
    private static async Task<string?> ReadPathAsync(Socket client, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxRequest];
        var length = 0;
        while (length < buffer.Length)
        {
            var count = await client.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            length += count;
            var head = Encoding.ASCII.GetString(buffer, 0, length);
            if (head.Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                return head.Split(' ', 3) is ["GET", var path, _] ? path : null;
            }

            if (count == 0)
            {
                return null;
            }
        }

        return null;
    }

    private static byte[] Answer(string? path)
    {
        var (status, body) = path switch
        {
            "/healthz" => ("200 OK", "ok\n"),
            "/" => ("200 OK", $"hello from {Name("DATAHALL_TASK")} on {Name("DATAHALL_NODE")}, process {Environment.ProcessId}\n"),
            null => ("400 Bad Request", "this is no GET request\n"),
            _ => ("404 Not Found", "there is only / and /healthz\n"),
        };
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"));
    }

    private static string Name(string variable) => Environment.GetEnvironmentVariable(variable) ?? "nowhere";
}
