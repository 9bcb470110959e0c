using System.Net;
using System.Net.Sockets;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>A replica that does with each of its connections what the test says.</summary>
internal sealed class ScriptedReplica : IDisposable
{
    private readonly Socket listener;
    private readonly Func<RawClient, Task> script;
    private readonly List<RawClient> connections = [];
    private readonly List<Exception> failures = [];

    public ScriptedReplica(Func<RawClient, Task> script, EndPoint? endPoint = null)
    {
        this.script = script;
        endPoint ??= new IPEndPoint(IPAddress.Loopback, 0);
        listener = new(endPoint.AddressFamily, SocketType.Stream, endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        listener.Bind(endPoint);
        listener.Listen(512);
        EndPoint = listener.LocalEndPoint!;
        _ = AcceptAsync();
    }

    public EndPoint EndPoint { get; }

    /// <summary>How many connections were made.</summary>
    public int Connections
    {
        get
        {
            lock (connections)
            {
                return connections.Count;
            }
        }
    }

    /// <summary>A replica that answers each request with the given text, and remembers the requests.</summary>
    public static ScriptedReplica Answering(string answer, List<string>? requests = null) => new(async connection =>
    {
        while (true)
        {
            var request = await connection.ReadAnswerOrEndAsync();
            if (request is null)
            {
                return;
            }

            if (requests is not null)
            {
                lock (requests)
                {
                    requests.Add(request);
                }
            }

            await connection.SendAsync(answer);
        }
    });

    public static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    public void Dispose()
    {
        listener.Dispose();
        lock (connections)
        {
            connections.ForEach(static connection => connection.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            var connection = new RawClient(socket);
            lock (connections)
            {
                connections.Add(connection);
            }

            _ = ServeAsync(connection);
        }
    }

    private async Task ServeAsync(RawClient connection)
    {
        try
        {
            await script(connection);
        }
        catch (Exception e) // What goes wrong here shows at the client of the test.
        {
            lock (failures)
            {
                failures.Add(e);
            }
        }
        finally
        {
            connection.Dispose();
        }
    }
}

/// <summary>Reading requests.</summary>
internal static class RequestReading
{
    extension(RawClient connection)
    {
        /// <summary>Reads a request; null at the end of the connection.</summary>
        public async Task<string?> ReadAnswerOrEndAsync()
        {
            try
            {
                var head = await connection.ReadUntilAsync("\r\n\r\n");
                var length = head.Split("\r\n").FirstOrDefault(static line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
                if (length is not null)
                {
                    return head + await connection.ReadAsync(int.Parse(length.AsSpan("Content-Length:".Length), System.Globalization.CultureInfo.InvariantCulture));
                }

                return head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase) ? head + await connection.ReadUntilAsync("0\r\n\r\n") : head;
            }
            catch (EndOfStreamException)
            {
                return null;
            }
        }
    }
}
