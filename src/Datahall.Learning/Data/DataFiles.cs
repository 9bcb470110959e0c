using System.Text;

namespace Datahall.Learning.Data;

/// <summary>Opens the files that readers stream from.</summary>
internal static class DataFiles
{
    // Stands in for bytes that are not UTF-8: Unicode keeps it free of any character, unlike U+FFFD, which texts may hold.
    private const char Broken = '\uFDD0';

    private static readonly Encoding utf8 = Encoding.GetEncoding(
        "utf-8", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback(Broken.ToString()));

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

    /// <summary>Why a line's bytes cannot be read; null when they can.</summary>
    public static string? Problem(string line) =>
        line.Contains(Broken, StringComparison.Ordinal) ? "the line is not UTF-8; convert the file, such as with iconv" : null;

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
