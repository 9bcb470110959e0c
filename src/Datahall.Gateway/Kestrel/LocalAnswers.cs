using System.Globalization;
using Datahall.Gateway.Dispatch;
using Datahall.Model;
using Microsoft.AspNetCore.Http;

namespace Datahall.Gateway.Kestrel;

/// <summary>Writes what the gateway itself answers.</summary>
internal static class LocalAnswers
{
    private const int LongestRefusal = 512;

    /// <summary>Writes a refusal in the words of the protocol.</summary>
    public static async Task WriteAsync(HttpContext http, Refusal refusal, RouteProtocol protocol)
    {
        var bytes = new byte[LongestRefusal];
        var length = RefusalText.Write(refusal, protocol, bytes);
        if (refusal.RetryAfterSeconds > 0)
        {
            http.Response.Headers.RetryAfter = refusal.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        await WriteAsync(http, new LocalAnswer(refusal.Status, RefusalText.ContentType(protocol), bytes.AsMemory(0, length)));
    }

    /// <summary>Writes an answer.</summary>
    public static async Task WriteAsync(HttpContext http, LocalAnswer answer)
    {
        var response = http.Response;
        response.StatusCode = answer.Status;
        if (answer.ContentType.Length > 0)
        {
            response.ContentType = answer.ContentType;
        }

        response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await response.BodyWriter.WriteAsync(answer.Body, http.RequestAborted);
        }
    }
}
