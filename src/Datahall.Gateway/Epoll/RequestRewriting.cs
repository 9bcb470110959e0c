using System.Text;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Epoll;

/// <summary>The head of a request as the replica gets it.</summary>
internal static class RequestRewriting
{
    private static readonly ulong Dropped = HeadWriter.Bit(KnownField.Expect) | HeadWriter.Bit(KnownField.TraceParent)
        | HeadWriter.Bit(KnownField.ForwardedProto) | HeadWriter.Bit(KnownField.ForwardedHost) | HeadWriter.Bit(KnownField.ForwardedFor)
        | HeadWriter.Bit(KnownField.Forwarded);

    /// <summary>Writes the head; returns its length, -1 when it does not fit.</summary>
    /// <param name="request">The request.</param>
    /// <param name="head">Its bytes.</param>
    /// <param name="exchange">The route and the replica.</param>
    /// <param name="client">Who sent it.</param>
    /// <param name="trusted">Whether what the client says of those before it is believed.</param>
    /// <param name="destination">Where to.</param>
    public static int Write(RequestHead request, ReadOnlySpan<byte> head, Exchange exchange, ClientAddress client, bool trusted, Span<byte> destination)
    {
        var writer = new HeadWriter(destination);
        writer.Add(request.MethodIn(head));
        writer.Add(" "u8);
        AddTarget(ref writer, request, head, exchange.Route!);
        writer.Add(" HTTP/1.1\r\n"u8);
        writer.AddFields(head, request.Fields, trusted ? Dropped & ~HeadWriter.Bit(KnownField.Forwarded) : Dropped);
        if (!request.Fields.Has(KnownField.Host))
        {
            writer.Add("Host: "u8);
            AddText(ref writer, exchange.Replica!.Authority);
            writer.Add("\r\n"u8);
        }

        AddForwarded(ref writer, request, head, client, trusted);
        writer.Add("traceparent: "u8);
        writer.Add(exchange.TraceParent);
        writer.Add("\r\n"u8);
        if (request.Framing is BodyFraming.Chunked)
        {
            writer.Add("Transfer-Encoding: chunked\r\n"u8);
        }

        if (request.WantsUpgrade)
        {
            writer.Add("Connection: Upgrade\r\nUpgrade: "u8);
            writer.Add(request.Fields.Value(KnownField.Upgrade, head));
            writer.Add("\r\n"u8);
        }

        writer.Add("\r\n"u8);
        return writer.IsTooLarge ? -1 : writer.Length;
    }

    private static void AddTarget(ref HeadWriter writer, RequestHead request, ReadOnlySpan<byte> head, Route route)
    {
        var path = request.PathIn(head);
        if (route.Spec.StripPath)
        {
            var prefix = route.Spec.Path;
            path = path[Math.Min(path.Length, Encoding.UTF8.GetByteCount(prefix) - (prefix.EndsWith('/') ? 1 : 0))..];
        }

        writer.Add(path.IsEmpty ? "/"u8 : path);
        writer.Add(request.QueryIn(head));
    }

    private static void AddForwarded(ref HeadWriter writer, RequestHead request, ReadOnlySpan<byte> head, ClientAddress client, bool trusted)
    {
        var fields = request.Fields;
        writer.Add("X-Forwarded-For: "u8);
        if (trusted && fields.Has(KnownField.ForwardedFor))
        {
            foreach (ref readonly var field in fields.All)
            {
                if (field.Known is KnownField.ForwardedFor)
                {
                    writer.Add(field.ValueIn(head));
                    writer.Add(", "u8);
                }
            }
        }

        writer.Add(client.Text.IsEmpty ? "unknown"u8 : client.Text);
        writer.Add("\r\nX-Forwarded-Proto: "u8);
        writer.Add(trusted && fields.Has(KnownField.ForwardedProto) ? fields.Value(KnownField.ForwardedProto, head) : "http"u8);
        writer.Add("\r\n"u8);
        var host = trusted && fields.Has(KnownField.ForwardedHost) ? fields.Value(KnownField.ForwardedHost, head) : request.HostIn(head);
        if (!host.IsEmpty)
        {
            writer.Add("X-Forwarded-Host: "u8);
            writer.Add(host);
            writer.Add("\r\n"u8);
        }
    }

    private static void AddText(ref HeadWriter writer, string text)
    {
        Span<byte> bytes = stackalloc byte[300];
        writer.Add(Encoding.ASCII.TryGetBytes(text, bytes, out var length) ? bytes[..length] : "replica"u8);
    }
}
