namespace Datahall.Monitoring.Templates;

/// <summary>A template as it stands now.</summary>
/// <param name="Id">Its number, from 1 in the order of appearance; never given again.</param>
/// <param name="Text">Its words, with <c>&lt;*&gt;</c> for a value or for several in a row. It has no control characters but may have any other.</param>
/// <param name="Lines">How many lines it has.</param>
/// <param name="FirstLine">The number of its first line, from 1.</param>
/// <param name="LastLine">The number of its last line, from 1.</param>
public sealed record TemplateSummary(int Id, string Text, long Lines, long FirstLine, long LastLine);
