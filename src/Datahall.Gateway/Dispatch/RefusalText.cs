using System.Globalization;
using System.Text.Unicode;
using Datahall.Model;

namespace Datahall.Gateway.Dispatch;

/// <summary>The body of a refusal, in the form that clients of the protocol understand.</summary>
/// <remarks>OpenAI's error object; the Open Inference Protocol's <c>error</c>; RFC 9457 problem details for the rest.</remarks>
public static class RefusalText
{
    /// <summary>The <c>Content-Type</c>.</summary>
    public static string ContentType(RouteProtocol protocol) => protocol is RouteProtocol.Http ? "application/problem+json" : "application/json";

    /// <summary>Writes the body, UTF-8.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="destination">Where to; 512 bytes are enough.</param>
    /// <returns>How many bytes it has.</returns>
    public static int Write(Refusal refusal, RouteProtocol protocol, Span<byte> destination)
    {
        int written;
        var done = protocol switch
        {
            RouteProtocol.OpenAI => Utf8.TryWrite(
                destination, CultureInfo.InvariantCulture, $"{{\"error\":{{\"message\":\"{refusal.Message}\",\"type\":\"{TypeOf(refusal.Status)}\",\"param\":null,\"code\":\"{CodeOf(refusal)}\"}}}}", out written),
            RouteProtocol.Oip => Utf8.TryWrite(destination, CultureInfo.InvariantCulture, $"{{\"error\":\"{refusal.Message}\"}}", out written),
            _ => Utf8.TryWrite(
                destination, CultureInfo.InvariantCulture, $"{{\"type\":\"about:blank\",\"status\":{refusal.Status},\"title\":\"{refusal.Reason}\",\"detail\":\"{refusal.Message}\"}}", out written),
        };
        return done ? written : throw new ArgumentException("the destination is too small for a refusal", nameof(destination));
    }

    private static string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    // The codes that OpenAI's clients know.
    private static string CodeOf(Refusal refusal) => refusal.Reason switch
    {
        "no_model" => "model_not_found",
        "wrong_key" or "no_key" => "invalid_api_key",
        "request_rate" or "token_rate" => "rate_limit_exceeded",
        _ => refusal.Reason,
    };
}
