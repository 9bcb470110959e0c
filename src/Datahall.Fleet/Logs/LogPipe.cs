using System.IO.Pipelines;

namespace Datahall.Fleet.Logs;

/// <summary>A stream to read from that another hand fills.</summary>
internal static class LogPipe
{
    /// <summary>Opens it.</summary>
    /// <param name="write">Fills it. Its failures and cancellation end the reading, as they are.</param>
    public static Stream Open(Func<PipeWriter, Task> write)
    {
        var pipe = new Pipe();
        _ = FillAsync(pipe.Writer, write);
        return pipe.Reader.AsStream();
    }

    private static async Task FillAsync(PipeWriter writer, Func<PipeWriter, Task> write)
    {
        Exception? failure = null;
        try
        {
            await write(writer);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException) // The reader sees it, or has gone itself.
        {
            failure = e;
        }

        await writer.CompleteAsync(failure);
    }
}
