using System.Globalization;
using Datahall.Cli.Output;
using Datahall.Monitoring.Diagnosis;
using Datahall.Monitoring.Lines;

namespace Datahall.Cli.Analyze;

/// <summary>Diagnoses for people.</summary>
internal static class DiagnosisText
{
    public static void Write(Terminal terminal, IReadOnlyList<Diagnosis> diagnoses)
    {
        if (diagnoses.Count == 0)
        {
            return;
        }

        terminal.Out.WriteLine($"\n{terminal.Paint("Diagnosis", Ink.Strong)}");
        foreach (var diagnosis in diagnoses)
        {
            var device = diagnosis.Device is { } named ? $" on {PrintableText.Of(named)}" : "";
            var often = diagnosis.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $", {diagnosis.Count:N0} lines") : "";
            terminal.Out.WriteLine($"{terminal.Paint(Word(diagnosis.Severity), InkOf(diagnosis.Severity))}  {terminal.Paint(diagnosis.Title, Ink.Strong)}{device} ({diagnosis.Id}{often})");
            terminal.Out.WriteLine($"  cause:   {diagnosis.Cause}");
            terminal.Out.WriteLine($"  advice:  {diagnosis.Advice}");
            terminal.Out.WriteLine($"  retry:   {Word(diagnosis.Retry)}");
            foreach (var followed in diagnosis.Followed)
            {
                terminal.Out.WriteLine($"  with it: {PrintableText.Of(followed)}");
            }

            foreach (var line in diagnosis.Evidence)
            {
                terminal.Out.WriteLine(terminal.Paint($"  | {line}", Ink.Faint));
            }
        }
    }

    public static string Word(DiagnosisSeverity severity) => severity switch
    {
        DiagnosisSeverity.Critical => "critical",
        DiagnosisSeverity.Warning => "warning",
        _ => "info",
    };

    public static Ink InkOf(DiagnosisSeverity severity) => severity switch
    {
        DiagnosisSeverity.Critical => Ink.Red,
        DiagnosisSeverity.Warning => Ink.Yellow,
        _ => Ink.Plain,
    };

    private static string Word(RetryAdvice retry) => retry switch
    {
        RetryAdvice.Yes => "is likely to help as it is",
        RetryAdvice.Elsewhere => "helps on another node",
        _ => "helps only after something was changed",
    };
}
