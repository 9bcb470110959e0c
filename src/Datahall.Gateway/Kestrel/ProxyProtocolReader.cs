using Datahall.Gateway.ProxyProtocol;
using Microsoft.AspNetCore.Connections;

namespace Datahall.Gateway.Kestrel;

/// <summary>Reads the PROXY protocol header at the beginning of a connection, and takes the client that it names for the connection's own.</summary>
internal sealed class ProxyProtocolReader(ConnectionDelegate next, TimeSpan patience)
{
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        stop.CancelAfter(patience);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(stop.Token);
                var reading = ProxyHeader.Read(result.Buffer, out var header, out var consumed);
                input.AdvanceTo(consumed, reading is ProxyHeaderReading.Incomplete ? result.Buffer.End : consumed);
                if (reading is ProxyHeaderReading.Complete)
                {
                    connection.RemoteEndPoint = header.Source ?? connection.RemoteEndPoint;
                    connection.LocalEndPoint = header.Destination ?? connection.LocalEndPoint;
                    break;
                }

                if (reading is ProxyHeaderReading.Invalid || result.IsCompleted)
                {
                    connection.Abort(new("it does not begin with a PROXY protocol header, which this listener asks for"));
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            connection.Abort(new("no PROXY protocol header came"));
            return;
        }

        await next(connection);
    }
}
