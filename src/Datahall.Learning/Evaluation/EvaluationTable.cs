using System.Globalization;
using Spectre.Console;

namespace Datahall.Learning.Evaluation;

/// <summary>Writes a report for a terminal. What others read character by character (the reports) is written as it stands.</summary>
internal static class EvaluationTable
{
    private const int MostLabels = 25, MostMistakes = 10, LongestText = 90;

    /// <param name="report">The report.</param>
    /// <param name="console">Where to.</param>
    /// <param name="digits">Digits of the scores.</param>
    public static void Write(EvaluationReport report, IAnsiConsole console, int digits = 3)
    {
        console.MarkupLineInterpolated($"[bold]{report.Model}[/] on [bold]{report.Data}[/]");
        // Of taggers the published tables give the micro average, of classifiers the accuracy.
        Section(console, "Labels one by one", report.Entities is null ? report.Tokens?.TextWithAccuracy(digits) : report.Tokens?.Text(digits));
        Section(console, "Sets of labels", report.MultiLabel?.Text(digits));
        Section(console, "Entities", report.Entities is { } entities ? EntitiesText(entities, digits) : null);
        if (report.Confusion is { } confusion)
        {
            WriteConfusion(confusion, console);
        }

        if (report.Calibration is { Count: > 0 } calibration)
        {
            WriteCalibration(calibration, console);
        }

        if (report.Worst.Count > 0)
        {
            WriteWorst(report.Worst, console);
        }

        foreach (var (name, value) in report.Figures)
        {
            console.MarkupLineInterpolated($"{name}: [bold]{value.ToString("0.####", CultureInfo.InvariantCulture)}[/]");
        }

        if (report.BadLines > 0)
        {
            console.MarkupLineInterpolated($"[yellow]{report.BadLines} bad lines were skipped[/]");
        }
    }

    private static string EntitiesText(EntityReport report, int digits) =>
        report.Mode == EntityMode.Conlleval ? report.ConllevalText() : report.Text(digits);

    private static void Section(IAnsiConsole console, string title, string? text)
    {
        if (text is not null)
        {
            console.WriteLine();
            console.MarkupLineInterpolated($"[bold]{title}[/]");
            console.Profile.Out.Writer.Write(text); // not wrapped: its columns are read by others
        }
    }

    private static void WriteConfusion(Confusion confusion, IAnsiConsole console)
    {
        if (confusion.Labels.Count <= MostLabels)
        {
            Section(console, "Confusion: gold at the left, predicted above", confusion.Text());
        }

        var mistakes = confusion.Mistakes().Take(MostMistakes).ToArray();
        if (mistakes.Length == 0)
        {
            return;
        }

        var table = new Table().Title("Most frequent mistakes").AddColumns("gold", "predicted");
        table.AddColumn(new TableColumn("times").RightAligned());
        foreach (var (gold, predicted, count) in mistakes)
        {
            table.AddRow(Markup.Escape(gold), Markup.Escape(predicted), count.ToString(CultureInfo.InvariantCulture));
        }

        console.WriteLine();
        console.Write(table);
    }

    private static void WriteCalibration(Calibration calibration, IAnsiConsole console)
    {
        var table = new Table().Title("Calibration");
        foreach (var name in new[] { "confidence", "predictions", "mean confidence", "accuracy" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var bin in calibration.Bins.Where(bin => bin.Count > 0))
        {
            table.AddRow(
                $"{FixedPoint.Text(bin.From, 2)}-{FixedPoint.Text(bin.To, 2)}",
                bin.Count.ToString(CultureInfo.InvariantCulture),
                FixedPoint.Text(bin.Confidence, 3),
                FixedPoint.Text(bin.Accuracy, 3));
        }

        console.WriteLine();
        console.Write(table);
        console.MarkupLineInterpolated(
            $"expected calibration error {FixedPoint.Text(calibration.ExpectedError, 4)}, Brier score {FixedPoint.Text(calibration.Brier, 4)}, log loss {FixedPoint.Text(calibration.LogLoss, 4)}");
    }

    private static void WriteWorst(IReadOnlyList<WrongExample> examples, IAnsiConsole console)
    {
        var table = new Table().Title("Worst examples").AddColumns("where", "text", "gold", "predicted");
        table.AddColumn(new TableColumn("P(gold)").RightAligned());
        foreach (var example in examples.Take(MostMistakes))
        {
            table.AddRow(
                Markup.Escape(example.Where),
                Markup.Escape(Short(example.Text)),
                Markup.Escape(Short(example.Gold)),
                Markup.Escape(Short(example.Predicted)),
                example.GoldProbability is { } probability ? FixedPoint.Text(probability, 4) : "");
        }

        console.WriteLine();
        console.Write(table);
    }

    private static string Short(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}
