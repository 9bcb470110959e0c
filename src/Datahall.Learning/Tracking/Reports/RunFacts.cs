namespace Datahall.Learning.Tracking.Reports;

/// <summary>The lines that say what a run is.</summary>
internal static class RunFacts
{
    public static IEnumerable<(string Name, string Value)> Of(RunRecord run, DateTimeOffset now)
    {
        var document = run.Document;
        yield return ("run", run.Name);
        yield return ("state", RunTables.Word(run.State) + (document.Reason is { } reason ? $": {reason}" : ""));
        yield return ("started", $"{RunTables.Time(document.Started)} on {document.Host}");
        yield return ("took", RunTables.Took(run.Duration(now)));
        yield return ("command", string.Join(' ', document.CommandLine));
        yield return ("program", document.Code.Program);
        yield return ("commit", document.Code.Commit is { } commit ? commit + (document.Code.Dirty is true ? ", with changes" : "") : "none");
        foreach (var resumption in document.Resumed)
        {
            yield return ("resumed", $"{RunTables.Time(resumption.Time)} after step {resumption.Step}");
        }
    }
}
