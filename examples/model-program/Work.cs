using Microsoft.AspNetCore.Http;

namespace ModelProgram;

/// <summary>Answers for measurements.</summary>
internal static class Work
{
    private const int Events = 100;

    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(5);
    private static readonly byte[] kilobyte = [.. Enumerable.Range(0, 1024).Select(static i => (byte)('a' + (i % 26)))];
    private static readonly byte[] happening = [.. "data: "u8, .. kilobyte.AsSpan(0, 192), .. "\n\n"u8];

    /// <summary>A kilobyte. A body is read and dropped.</summary>
    public static async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = kilobyte.Length;
        await context.Response.Body.WriteAsync(kilobyte, context.RequestAborted);
    }

    /// <summary>A hundred events of 200 bytes, five milliseconds apart.</summary>
    public static async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        using var timer = new PeriodicTimer(pause);
        for (var i = 0; i < Events; i++)
        {
            await context.Response.Body.WriteAsync(happening, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await timer.WaitForNextTickAsync(context.RequestAborted);
        }
    }
}
