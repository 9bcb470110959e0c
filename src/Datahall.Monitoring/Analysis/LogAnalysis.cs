using Datahall.Monitoring.Anomalies;
using Datahall.Monitoring.Diagnosis;
using Datahall.Monitoring.Lines;
using Datahall.Monitoring.Search;
using Datahall.Monitoring.Templates;

namespace Datahall.Monitoring.Analysis;

/// <summary>What a log is made of, what was unusual in it and what failed: templates, anomalies and diagnosis in one pass. Memory is bounded. Not safe for several threads.</summary>
public sealed class LogAnalysis
{
    private readonly LineFormat? format;
    private readonly LogQuery? query;
    private readonly TemplateMiner miner;
    private readonly AnomalyDetector detector;
    private readonly DiagnosisRun diagnosis = DiagnosisCatalogue.Load().Begin();
    private readonly List<LogAnomaly> anomalies = [];
    private readonly HashSet<int> named = [];
    private readonly AnalysisOptions options;

    /// <summary>An analysis that has no line yet.</summary>
    public LogAnalysis(AnalysisOptions options)
    {
        this.options = options;
        (format, query) = (options.Format, options.Query);
        miner = new(options.Mining) { Merged = Merge };
        detector = new(Keep, options.Anomalies);
    }

    /// <summary>Lines taken, those that the query passes over included.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines that did not have the header of the format; they count whole.</summary>
    public long WithoutHeader { get; private set; }

    /// <summary>Templates there are now.</summary>
    public int Templates => miner.Count;

    /// <summary>Anomalies that were found but not kept, because there were more than <see cref="AnalysisOptions.MaxAnomalies"/>.</summary>
    public long AnomaliesNotKept { get; private set; }

    /// <summary>Takes a line, in UTF-8, without its line end.</summary>
    /// <returns>The number of its template as it is known now; 0 when the query passes over it.</returns>
    public int Add(ReadOnlySpan<byte> line)
    {
        Lines++;
        if (query?.Matches(line) is false)
        {
            return 0;
        }

        var parts = new LineParts { Content = line, Time = line };
        if (format?.TryRead(line, out parts) is false)
        {
            WithoutHeader++;
        }

        diagnosis.Add(line);
        var template = miner.Add(parts.Content);
        var level = detector.IsNew(template) ? LineLevels.Of(parts.Level, parts.Content) : LineLevel.Unknown;
        detector.Add(template, Lines, BeginsWithTime(parts.Time) && LineTime.TryRead(parts.Time, out var time) ? time : null, level);
        return template;
    }

    /// <summary>Everything that was found, once all lines were taken.</summary>
    public LogFindings Finish()
    {
        detector.Finish();
        return new(miner.Templates(), [.. anomalies], diagnosis.Result());
    }

    /// <summary>Without a format, a line has a time when it begins with a number, a bracket, or the name of a day or month.</summary>
    private static bool BeginsWithTime(ReadOnlySpan<byte> text) =>
        text.Length >= 8 && (char.IsAsciiDigit((char)text[0]) || text[0] is (byte)'[' || (char.IsAsciiLetterUpper((char)text[0]) && text[3] is (byte)' ' or (byte)','));

    private void Merge(int from, int into)
    {
        detector.Merge(from, into);
        options.Merged?.Invoke(from, into);
        if (named.Remove(from))
        {
            named.Add(into);
            for (var i = 0; i < anomalies.Count; i++)
            {
                anomalies[i] = anomalies[i].Template == from ? anomalies[i] with { Template = into } : anomalies[i];
            }
        }
    }

    private void Keep(LogAnomaly anomaly)
    {
        if (anomalies.Count < options.MaxAnomalies)
        {
            anomalies.Add(anomaly);
            named.Add(anomaly.Template);
        }
        else
        {
            AnomaliesNotKept++;
        }
    }
}

/// <summary>How a log is analysed.</summary>
public sealed record AnalysisOptions
{
    /// <summary>The header of its lines; null when lines count whole.</summary>
    public LineFormat? Format { get; init; }

    /// <summary>Only lines that match; null for all.</summary>
    public LogQuery? Query { get; init; }

    /// <summary>How templates are mined.</summary>
    public MinerOptions Mining { get; init; } = new();

    /// <summary>What is unusual.</summary>
    public AnomalyOptions Anomalies { get; init; } = new();

    /// <summary>Called when a template became a case of another: its number, and the number its lines have from now on.</summary>
    public Action<int, int>? Merged { get; init; }

    /// <summary>Anomalies that are kept.</summary>
    public int MaxAnomalies { get; init; } = 1_000;
}

/// <summary>What an analysis found.</summary>
/// <param name="Templates">The one with the most lines first.</param>
/// <param name="Anomalies">In the order in which they were found.</param>
/// <param name="Diagnoses">The worst first.</param>
public sealed record LogFindings(IReadOnlyList<TemplateSummary> Templates, IReadOnlyList<LogAnomaly> Anomalies, IReadOnlyList<Diagnosis.Diagnosis> Diagnoses);
