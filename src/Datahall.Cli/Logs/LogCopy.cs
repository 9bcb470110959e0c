namespace Datahall.Cli.Logs;

/// <summary>Copies what the server streams of a log, line by line.</summary>
internal static class LogCopy
{
    /// <summary>Copies until the log ends; <paramref name="what"/> names it in messages.</summary>
    public static async Task RunAsync(Session session, string path, string what, LogOutput output, CancellationToken cancellationToken)
    {
        using var response = await session.Api.OpenAsync(path, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(body);
        try
        {
            while (true)
            {
                var line = reader.ReadLineAsync(cancellationToken);
                if (!line.IsCompleted)
                {
                    output.Flush();
                }

                if (await line is not { } text)
                {
                    break;
                }

                output.Line(text);
            }
        }
        catch (Exception e) when (e is HttpRequestException || (e is IOException and not Output.OutputClosedException))
        {
            throw CommandFailure.Refused($"the connection to {session.Api.Url} was lost in the middle of the log of {what}");
        }

        output.Flush();
    }
}
