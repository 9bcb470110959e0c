using System.Text;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Epoll;

/// <summary>The head of an answer as the client gets it, and the gateway's own answers.</summary>
internal static class AnswerRewriting
{
    /// <summary>Writes the head of a replica's answer; returns its length, -1 when it does not fit.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="head">Its bytes.</param>
    /// <param name="request">The request.</param>
    /// <param name="session">The session to set as a cookie; 0: none.</param>
    /// <param name="keepAlive">Whether the client's connection lives on.</param>
    /// <param name="destination">Where to.</param>
    public static int Write(ResponseHead answer, ReadOnlySpan<byte> head, RequestHead request, ulong session, bool keepAlive, Span<byte> destination)
    {
        var writer = new HeadWriter(destination);
        AddStatus(ref writer, answer.Status, answer.ReasonIn(head));
        var hasNoLength = answer.Status is < 200 or 204;
        writer.AddFields(head, answer.Fields, hasNoLength ? HeadWriter.Bit(KnownField.ContentLength) : 0);
        if (answer.Fields.Has(KnownField.TransferEncoding) && !hasNoLength && request.Minor == 1)
        {
            writer.Add("Transfer-Encoding: chunked\r\n"u8);
        }

        if (session != 0)
        {
            writer.Add("Set-Cookie: "u8);
            writer.Add(Exchange.SessionCookie);
            writer.Add("="u8);
            writer.AddHex(session);
            writer.Add("; Path=/; HttpOnly\r\n"u8);
        }

        if (answer.Status == 101)
        {
            writer.Add("Connection: Upgrade\r\nUpgrade: "u8);
            writer.Add(answer.Fields.Value(KnownField.Upgrade, head));
            writer.Add("\r\n"u8);
        }
        else if (!answer.IsInterim)
        {
            AddConnection(ref writer, request.Minor, keepAlive);
        }

        writer.Add("\r\n"u8);
        return writer.IsTooLarge ? -1 : writer.Length;
    }

    /// <summary>Writes a whole answer of the gateway's own; returns its length.</summary>
    /// <param name="status">The status.</param>
    /// <param name="contentType">The type of the body.</param>
    /// <param name="body">The body.</param>
    /// <param name="retryAfter">Seconds after which it is worth trying again; 0: not said.</param>
    /// <param name="request">The request; its method and version count.</param>
    /// <param name="keepAlive">Whether the client's connection lives on.</param>
    /// <param name="destination">Where to.</param>
    public static int WriteOwn(int status, string contentType, ReadOnlySpan<byte> body, int retryAfter, RequestHead request, bool keepAlive, Span<byte> destination)
    {
        var writer = new HeadWriter(destination);
        AddStatus(ref writer, status, default);
        if (contentType.Length > 0)
        {
            Span<byte> type = stackalloc byte[64];
            writer.Add("Content-Type: "u8);
            writer.Add(type[..Encoding.ASCII.GetBytes(contentType, type)]);
            writer.Add("\r\n"u8);
        }

        writer.Add("Content-Length: "u8);
        writer.Add(body.Length);
        writer.Add("\r\n"u8);
        if (retryAfter > 0)
        {
            writer.Add("Retry-After: "u8);
            writer.Add(retryAfter);
            writer.Add("\r\n"u8);
        }

        AddConnection(ref writer, request.Minor, keepAlive);
        writer.Add("\r\n"u8);
        if (request.Method is not RequestMethod.Head)
        {
            writer.Add(body);
        }

        return writer.IsTooLarge ? -1 : writer.Length;
    }

    private static void AddConnection(ref HeadWriter writer, int minor, bool keepAlive)
    {
        if (!keepAlive)
        {
            writer.Add("Connection: close\r\n"u8);
        }
        else if (minor == 0)
        {
            writer.Add("Connection: keep-alive\r\n"u8);
        }
    }

    private static void AddStatus(ref HeadWriter writer, int status, scoped ReadOnlySpan<byte> reason)
    {
        writer.Add("HTTP/1.1 "u8);
        writer.Add(status);
        writer.Add(" "u8);
        writer.Add(reason.IsEmpty ? ReasonOf(status) : reason);
        writer.Add("\r\n"u8);
    }

    private static ReadOnlySpan<byte> ReasonOf(int status) => status switch
    {
        200 => "OK"u8,
        400 => "Bad Request"u8,
        401 => "Unauthorized"u8,
        403 => "Forbidden"u8,
        404 => "Not Found"u8,
        408 => "Request Timeout"u8,
        413 => "Content Too Large"u8,
        429 => "Too Many Requests"u8,
        431 => "Request Header Fields Too Large"u8,
        502 => "Bad Gateway"u8,
        503 => "Service Unavailable"u8,
        504 => "Gateway Timeout"u8,
        _ => default,
    };
}
