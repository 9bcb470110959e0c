using Datahall.Cli.Output;
using Datahall.Monitoring.Analysis;
using Datahall.Monitoring.Lines;
using Microsoft.Win32.SafeHandles;

namespace Datahall.Cli.Analyze;

/// <summary>Reads a log through the analysis, with progress on a terminal.</summary>
internal sealed class LogRun(Terminal terminal, TimeProvider time)
{
    private const int LinesBetweenLooks = 8_192;
    private static readonly TimeSpan betweenLines = TimeSpan.FromMilliseconds(500);

    private long shownAt = time.GetTimestamp();
    private bool isShown;

    public LogReport Analyze(string file, AnalysisOptions options, string? assignments, CancellationToken cancellationToken)
    {
        using var source = Open(file);
        using var written = assignments is null ? null : AssignmentFile.Create(assignments, HandleOf(source));
        var analysis = new LogAnalysis(written is null ? options : options with { Merged = written.Merge });
        var lines = new LineSplitter(source);
        var length = source.CanSeek ? source.Length : 0;
        try
        {
            Read(file, lines, analysis, written, length, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Refused($"{Name(file)} cannot be read: {e.Message}");
        }
        finally
        {
            ClearProgress();
        }

        written?.Finish();
        return new(Name(file), analysis, analysis.Finish(), options.Format is not null);
    }

    private void Read(string file, LineSplitter lines, LogAnalysis analysis, AssignmentFile? written, long length, CancellationToken cancellationToken)
    {
        while (lines.TryRead(out var line))
        {
            var template = analysis.Add(line);
            if (template != 0)
            {
                written?.Add(analysis.Lines, template);
            }

            if (analysis.Lines % LinesBetweenLooks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Tell(file, lines, analysis, length);
            }
        }
    }

    private static Stream Open(string file)
    {
        if (file is "-")
        {
            return Console.OpenStandardInput();
        }

        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Refused(Directory.Exists(file) ? $"{Name(file)} is a directory; name the log in it" : $"{Name(file)} cannot be opened: {e.Message}");
        }
    }

    // The standard input may be the same file too.
    private static SafeFileHandle HandleOf(Stream source) => source is FileStream file ? file.SafeFileHandle : new(0, ownsHandle: false);

    private static string Name(string file) => file is "-" ? "the standard input" : PrintableText.Of(file);

    private void Tell(string file, LineSplitter lines, LogAnalysis analysis, long length)
    {
        if (!terminal.IsInteractive || time.GetElapsedTime(shownAt) < betweenLines)
        {
            return;
        }

        shownAt = time.GetTimestamp();
        isShown = true;
        var part = length > 0 ? FormattableString.Invariant($"{100.0 * lines.BytesRead / length:0} %, ") : "";
        terminal.Error.Write(FormattableString.Invariant($"\r\e[K{Name(file)}: {part}{analysis.Lines:N0} lines, {analysis.Templates:N0} templates"));
    }

    private void ClearProgress()
    {
        if (isShown)
        {
            terminal.Error.Write("\r\e[K");
            isShown = false;
        }
    }
}

/// <summary>What came of a log.</summary>
/// <param name="Source">Where it came from, fit to be shown.</param>
/// <param name="Analysis">What was counted.</param>
/// <param name="Findings">What was found.</param>
/// <param name="HasFormat">Whether the header was told.</param>
internal sealed record LogReport(string Source, LogAnalysis Analysis, LogFindings Findings, bool HasFormat);
