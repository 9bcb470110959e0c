using System.Text;

namespace Datahall.Learning.Data;

/// <summary>Opens the files that readers stream from.</summary>
internal static class DataFiles
{
    private static readonly UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <exception cref="LearningException">The file is not there or may not be read.</exception>
    public static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path, utf8, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LearningException($"{path} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>The lines of a file, numbered from 1, one in memory at a time.</summary>
    public static IEnumerable<(int Number, string Text)> Lines(string path)
    {
        using var reader = Open(path);
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            yield return (++number, line);
        }
    }
}
