using Microsoft.AspNetCore.Http;

namespace ModelProgram;

/// <summary>A kilobyte for whoever asks: for measurements. A body is read and dropped.</summary>
internal static class Work
{
    private static readonly byte[] kilobyte = [.. Enumerable.Range(0, 1024).Select(static i => (byte)('a' + (i % 26)))];

    public static async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = kilobyte.Length;
        await context.Response.Body.WriteAsync(kilobyte, context.RequestAborted);
    }
}
