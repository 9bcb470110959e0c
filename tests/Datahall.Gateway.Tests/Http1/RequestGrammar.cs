using System.Globalization;
using System.Text;

namespace Datahall.Gateway.Tests.Http1;

/// <summary>Random connections: mostly well-formed requests with a few of the twists that attacks are made of, and sometimes broken bytes.</summary>
internal sealed class RequestGrammar(Random random)
{
    private static readonly string[] Methods = ["GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW", "get", "CONNECT", "G@T", "", "TRACE"];

    private static readonly string[] Targets =
    [
        "/", "/", "/v1/models", "/a?b=c", "/a%20b", "*", "http://a/", "http://a:80/x?y", "http://A/", "http://b/", "//x", "/a//b", "/../x", "/a/./b", "/%2e%2e/x",
        "/%00", "/a%", "/?%00", "a", "a:80", "/é", "/a#b", "/a\\b", "/\"{}|^`<>", "https://a/", "http:/a", "http://", "?x", "/...", "/[x]", "http://a?x", "http://a",
    ];

    private static readonly string[] Versions = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "http/1.1", "HTTP/1.1 ", "", "HTTP/0.9"];

    private static readonly string[] Hosts =
    [
        "a", "a", "a", "a", "A", "a:80", "a:8080", "", "[::1]", "[::1]:80", "a b", "a/b", "u@a", "a:", "a:x", ":80", "[::1", "[]", "a,b", "a%41", "é", "a_b", "a:99999", "a:080",
    ];

    private static readonly string[] Fields =
    [
        "X: y", "X:y", "X:  y\t", "X:", "X: a, b", "X: é", "X : y", " X: y", "\tX: y", "X\t: y", "X", ": y", "X(: y", "X: a\rb", "X: a\0b", "X: a\u0001b", "X: a\u007fb", "X: a\tb", "é: y",
        "Connection: close", "Connection: keep-alive", "Connection: X", "Connection: close, X", "Connection: upgrade", "Upgrade: websocket", "Upgrade: h2c", "Expect: 100-continue", "Expect: x",
        "Host: a", "Host: b", "Content-Length: 0", "Content-Length: 5", "Content-Length: 05", "Content-Length: +5", "Content-Length: -1", "Content-Length: 5, 5",
        "Content-Length: 5 ", "Content-Length: 0x5", "Content-Length: 9223372036854775807", "Content-Length: 99999999999999999999", "Content-Length:",
        "Transfer-Encoding: chunked", "Transfer-Encoding: Chunked", "Transfer-Encoding: identity", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: \"chunked\"", "Transfer-Encoding: xchunked", "Transfer-Encoding:", "transfer-encoding:\tchunked\t", "Transfer_Encoding: chunked",
        "Content_Length: 5", "TE: trailers", "Trailer: X", "Cookie: a=b", "Cookie: c=d", "Keep-Alive: 5",
    ];

    /// <summary>The bytes of one connection.</summary>
    public byte[] Connection()
    {
        var text = new StringBuilder();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            Request(text);
        }

        var bytes = Encoding.Latin1.GetBytes(text.ToString());
        return random.Next(4) == 0 ? Damage(bytes) : bytes;
    }

    private void Request(StringBuilder text)
    {
        if (Rarely(30))
        {
            text.Append(Of("\r\n", "\n", "\r\n\r\n", " ", "\r"));
        }

        text.Append(Mostly("POST", Methods)).Append(Rarely(50) ? Of("  ", "\t") : " ").Append(Mostly("/", Targets)).Append(' ').Append(Mostly("HTTP/1.1", Versions)).Append(End());
        if (!Rarely(25))
        {
            text.Append("Host: ").Append(Mostly("a", Hosts)).Append(End());
        }

        for (var count = random.Next(3); count > 0; count--)
        {
            text.Append(Fields[random.Next(Fields.Length)]).Append(End());
        }

        Body(text);
    }

    private void Body(StringBuilder text)
    {
        switch (random.Next(4))
        {
            case 0:
                text.Append(End());
                break;
            case 1:
                text.Append("Content-Length: 5").Append(End()).Append(End()).Append("hello");
                break;
            case 2:
                text.Append("Transfer-Encoding: chunked").Append(End()).Append(End());
                Chunks(text);
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"Content-Length: {random.Next(4)}").Append(End()).Append(End()).Append("abc", 0, random.Next(4));
                break;
        }
    }

    private void Chunks(StringBuilder text)
    {
        for (var count = random.Next(3); count > 0; count--)
        {
            text.Append(Rarely(12) ? Of("05", "5 ", " 5", "0x5", "5;a=b", "5;a=\"b\"", "5;a\rb", "5 ;a", "+5", "fffffffff5", "80000000", "00000005", "000000005", "5;", ";a", "4", "6") : "5").Append(End());
            text.Append("hello").Append(Rarely(40) ? Of("", "\r", "xx") : End());
        }

        text.Append(Rarely(30) ? Of("00", "", "0;a") : "0").Append(End());
        if (Rarely(4))
        {
            text.Append(Of("X: y", "X:", "Content-Length: 5", "X", " X: y", "X : y", "X: a\0b", "Transfer-Encoding: chunked")).Append(End());
        }

        text.Append(End());
    }

    private byte[] Damage(byte[] bytes)
    {
        var at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 1:
                return [.. bytes[..at], .. bytes[Math.Min(at + random.Next(1, 4), bytes.Length)..]];
            case 2:
                return [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
            default:
                return [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]];
        }
    }

    private string End() => Rarely(60) ? Of("\n", "\r", "\r\r\n", "\n\r\n", "") : "\r\n";

    private string Mostly(string usual, string[] others) => random.Next(3) > 0 ? usual : others[random.Next(others.Length)];

    private string Of(params string[] choices) => choices[random.Next(choices.Length)];

    private bool Rarely(int oneIn) => random.Next(oneIn) == 0;
}
