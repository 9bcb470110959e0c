using System.Net;
using System.Text;
using Datahall.Gateway.Dispatch;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Datahall.Gateway.Kestrel;

/// <summary>Writes a client's request anew, for a replica.</summary>
internal static class UpstreamRequest
{
    private const string Forwarded = "Forwarded";
    private const string ForwardedFor = "X-Forwarded-For";
    private const string ForwardedProto = "X-Forwarded-Proto";
    private const string ForwardedHost = "X-Forwarded-Host";

    private static readonly UriCreationOptions asSent = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>Whether it is gRPC, which needs HTTP/2 all the way.</summary>
    public static bool IsGrpc(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol) && request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    /// <summary>A URL whose path goes out as it came in.</summary>
    public static Uri UriOf(string url) => new(url, asSent);

    /// <summary>The request as a replica gets it.</summary>
    /// <param name="client">The client's.</param>
    /// <param name="exchange">Its way through the gateway.</param>
    /// <param name="uri">Where to.</param>
    /// <param name="content">Its body; null: none.</param>
    /// <param name="trusted">Whether what the client says of those before it is believed.</param>
    public static HttpRequestMessage Create(LaneRequest client, Exchange exchange, Uri uri, HttpContent? content, bool trusted)
    {
        var request = client.Http.Request;
        var message = new HttpRequestMessage(HttpMethod.Parse(request.Method), uri) { Content = content };
        if (IsGrpc(request))
        {
            (message.Version, message.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            message.Headers.TryAddWithoutValidation(HeaderNames.TE, "trailers");
        }
        else
        {
            (message.Version, message.VersionPolicy) = (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);
        }

        Copy(request, message);
        Forward(client, exchange, message, trusted);
        return message;
    }

    /// <summary>Says on whose behalf a request comes, and of which trace it is part.</summary>
    public static void Forward(LaneRequest client, Exchange exchange, HttpRequestMessage message, bool trusted)
    {
        var request = client.Http.Request;
        var address = client.ClientAddress.Length > 0 ? client.ClientAddress : "unknown";
        var before = request.Headers[ForwardedFor];
        Set(message, ForwardedFor, trusted && before.Count > 0 ? $"{before}, {address}" : address);
        Set(message, ForwardedProto, trusted && request.Headers[ForwardedProto] is { Count: > 0 } scheme ? scheme.ToString() : request.Scheme);
        if ((trusted && request.Headers[ForwardedHost] is { Count: > 0 } told ? told : request.Headers.Host) is { Count: > 0 } host)
        {
            Set(message, ForwardedHost, host.ToString());
        }

        if (!trusted)
        {
            message.Headers.Remove(Forwarded);
        }

        Set(message, HeaderNames.TraceParent, Encoding.ASCII.GetString(exchange.TraceParent));
    }

    private static void Set(HttpRequestMessage message, string name, string value)
    {
        message.Headers.Remove(name);
        message.Headers.TryAddWithoutValidation(name, value);
    }

    private static void Copy(HttpRequest request, HttpRequestMessage message)
    {
        var named = HopHeaders.NamedBy(request.Headers.Connection);
        foreach (var (name, values) in request.Headers)
        {
            if (IsOurs(name) || HopHeaders.Are(name) || named?.Contains(name) is true)
            {
                continue;
            }

            if (values.Count == 1 ? !message.Headers.TryAddWithoutValidation(name, values[0]) : !message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content ??= new ByteArrayContent([]);
                message.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
    }

    // What the gateway says itself, what framing says, and what Kestrel answers itself.
    private static bool IsOurs(string name) => name.Length switch
    {
        6 => name.Equals(HeaderNames.Expect, StringComparison.OrdinalIgnoreCase),
        11 => name.Equals(HeaderNames.TraceParent, StringComparison.OrdinalIgnoreCase),
        14 => name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase),
        15 => name.Equals(ForwardedFor, StringComparison.OrdinalIgnoreCase),
        16 => name.Equals(ForwardedHost, StringComparison.OrdinalIgnoreCase),
        17 => name.Equals(ForwardedProto, StringComparison.OrdinalIgnoreCase),
        _ => name.StartsWith(':'),
    };
}
