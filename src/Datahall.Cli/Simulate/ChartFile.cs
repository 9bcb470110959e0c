namespace Datahall.Cli.Simulate;

/// <summary>Writes a chart.</summary>
internal static class ChartFile
{
    /// <exception cref="CommandFailure">It cannot be written.</exception>
    public static void Write(string file, string svg)
    {
        try
        {
            File.WriteAllText(file, svg);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Refused($"--chart: {file} cannot be written: {e.Message}");
        }
    }
}
