using System.Text.Json;
using System.Xml.Linq;
using Datahall.Learning.Evaluation;
using Spectre.Console;

namespace Datahall.Learning.Tests.Evaluation;

public sealed class RendererTests
{
    private static EvaluationReport Report => EvaluationReport.OfSentences(
        "model <b>&\"x\"", "data [red]", [
            new PredictedSentence(["<script>", "[b]", "is"], ["B-A", "O", "O"], ["B-B", "O", "O"], "f:1") { GoldProbability = 0.25 },
            new PredictedSentence(["well"], ["O"], ["O"], "f:5"),
        ]) with
    {
        Calibration = Calibration.Of([[0.8f, 0.2f]], [0]),
        MultiLabel = MultiLabelReport.Of([["a"]], [["a"]]),
        Figures = new Dictionary<string, double> { ["sentences/s"] = 12.5 },
        BadLines = 3,
    };

    [Fact]
    public void Json_has_every_part()
    {
        var json = JsonDocument.Parse(EvaluationJson.Write(Report)).RootElement;

        Assert.Equal(0.75, json.GetProperty("tokens").GetProperty("accuracy").GetDouble());
        Assert.Equal("B-A", json.GetProperty("tokens").GetProperty("classes")[0].GetProperty("label").GetString());
        Assert.Equal("conlleval", json.GetProperty("entities").GetProperty("mode").GetString());
        Assert.Equal(0.25, json.GetProperty("worst")[0].GetProperty("goldProbability").GetDouble());
        Assert.Equal(1, json.GetProperty("confusion").GetProperty("counts")[0][1].GetInt32());
        Assert.Equal(12.5, json.GetProperty("figures").GetProperty("sentences/s").GetDouble());
        Assert.Equal(3, json.GetProperty("badLines").GetInt32());
    }

    [Fact]
    public void Json_leaves_out_what_does_not_apply() =>
        Assert.False(JsonDocument.Parse(EvaluationJson.Write(new EvaluationReport { Model = "m", Data = "d" })).RootElement.TryGetProperty("tokens", out _));

    [Fact]
    public void Page_is_well_formed_escaped_and_needs_nothing_else()
    {
        var page = EvaluationPage.Write(Report);

        var body = XDocument.Parse(page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)]);
        Assert.Contains("<script>", body.Descendants("td").Select(cell => cell.Value).First(text => text.Contains("[b]", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(["Entities", "Labels one by one", "Sets of labels", "Confusion: gold at the left, predicted above", "Calibration", "Worst examples"],
            body.Descendants("h2").Select(title => title.Value));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.Contains("color-scheme: light dark", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_has_the_reports_as_they_stand()
    {
        var text = Write(Report);

        Assert.Contains(Report.Tokens!.Text(3), text, StringComparison.Ordinal);
        Assert.Contains(Report.Entities!.ConllevalText(), text, StringComparison.Ordinal);
        Assert.Contains("model <b>&\"x\" on data [red]", text, StringComparison.Ordinal);
        Assert.Contains("expected calibration error 0.2000", text, StringComparison.Ordinal);
        Assert.Contains("3 bad lines were skipped", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_of_a_classifier_has_the_accuracy_as_scikit_learn_writes_it()
    {
        var report = Report with { Entities = null };

        Assert.Contains(report.Tokens!.TextWithAccuracy(3), Write(report), StringComparison.Ordinal);
    }

    private static string Write(EvaluationReport report)
    {
        var writer = new StringWriter();
        EvaluationTable.Write(report, AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) }));
        return writer.ToString();
    }
}
