using System.Globalization;
using System.Text;

namespace Datahall.Learning.Evaluation;

/// <summary>Lays scores out as scikit-learn's <c>classification_report</c> does, to the character.</summary>
internal static class ClassificationText
{
    private const int Column = 9;

    /// <param name="classes">A row for each class.</param>
    /// <param name="averages">The rows below them.</param>
    /// <param name="digits">Digits after the point.</param>
    public static string Write(IReadOnlyList<ClassScore> classes, IEnumerable<ClassScore> averages, int digits)
    {
        var text = Header(classes, digits, out var width);
        foreach (var score in averages)
        {
            AppendRow(text, score, width, digits);
        }

        return text.ToString();
    }

    /// <summary>The same with the accuracy in place of the micro average, which it equals when every example has one class.</summary>
    public static string WriteWithAccuracy(
        IReadOnlyList<ClassScore> classes, double accuracy, IReadOnlyList<ClassScore> averages, int digits)
    {
        var text = Header(classes, digits, out var width);
        var support = averages[0].Support.ToString(CultureInfo.InvariantCulture);
        text.Append("accuracy".PadLeft(width)).Append(' ').Append(' ', 2 * (Column + 1));
        text.Append(' ').Append(FixedPoint.Text(accuracy, digits).PadLeft(Column)).Append(' ').Append(support.PadLeft(Column)).Append('\n');
        foreach (var score in averages)
        {
            AppendRow(text, score, width, digits);
        }

        return text.ToString();
    }

    private static StringBuilder Header(IReadOnlyList<ClassScore> classes, int digits, out int width)
    {
        width = Math.Max("weighted avg".Length, Math.Max(digits, classes.Select(score => score.Label.Length).DefaultIfEmpty().Max()));
        var text = new StringBuilder().Append(' ', width + 1);
        foreach (var name in new[] { "precision", "recall", "f1-score", "support" })
        {
            text.Append(' ').Append(name.PadLeft(Column));
        }

        text.Append("\n\n");
        foreach (var score in classes)
        {
            AppendRow(text, score, width, digits);
        }

        return text.Append('\n');
    }

    private static void AppendRow(StringBuilder text, ClassScore score, int width, int digits)
    {
        text.Append(score.Label.PadLeft(width)).Append(' ');
        foreach (var value in new[] { score.Precision, score.Recall, score.F1 })
        {
            text.Append(' ').Append(FixedPoint.Text(value, digits).PadLeft(Column));
        }

        text.Append(' ').Append(score.Support.ToString(CultureInfo.InvariantCulture).PadLeft(Column)).Append('\n');
    }
}
