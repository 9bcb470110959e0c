using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Rows;

namespace Datahall.Learning.Tests.Evaluation;

/// <summary>The reports equal those of the reference implementations to the character.</summary>
public sealed class GoldenReportTests
{
    public static TheoryData<string> Names => ["iob2", "bioes"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Token_report_equals_scikit_learns(string name)
    {
        var (gold, predicted) = Tokens(name);

        Assert.Equal(Golden(name + ".accuracy"), TokenReport.Of(gold, predicted).TextWithAccuracy(4));
        Assert.Equal(Golden(name + ".micro"), TokenReport.Of(gold, predicted).Text(3));
        Assert.Equal(Golden(name + ".one"), TokenReport.Of(gold, predicted, ZeroDivision.One).TextWithAccuracy(3));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Entity_report_equals_conlleval(string name) =>
        Assert.Equal(Golden(name + ".conlleval"), Entities(name, EntityMode.Conlleval).ConllevalText());

    [Theory]
    [MemberData(nameof(Names))]
    public void Entity_report_equals_seqeval(string name)
    {
        Assert.Equal(Golden(name + ".seqeval"), Entities(name, EntityMode.Seqeval).Text(4));
        Assert.Equal(Golden(name + ".strict"), Entities(name, name == "iob2" ? EntityMode.StrictIob2 : EntityMode.StrictBioes).Text(4));
    }

    [Fact]
    public void Multi_label_report_equals_scikit_learns()
    {
        var rows = File.ReadLines(TestFolder.Golden("Evaluation", "multilabel.txt"))
            .Select(line => line.Split(';').Select(labels => labels.Split(',', StringSplitOptions.RemoveEmptyEntries)).ToArray()).ToArray();

        var report = MultiLabelReport.Of(rows.Select(row => row[0]), rows.Select(row => row[1]));

        Assert.Equal(Golden("multilabel.report"), report.Text(4));
    }

    private static EntityReport Entities(string name, EntityMode mode)
    {
        var sentences = Read(name);
        return EntityReport.Of(sentences.Select(sentence => sentence.Gold), sentences.Select(sentence => sentence.Predicted), mode);
    }

    private static (IEnumerable<string> Gold, IEnumerable<string> Predicted) Tokens(string name)
    {
        var sentences = Read(name);
        return (sentences.SelectMany(sentence => sentence.Gold), sentences.SelectMany(sentence => sentence.Predicted));
    }

    private static DiskRows<PredictedSentence> Read(string name) =>
        PredictionsFile.Read(TestFolder.Golden("Evaluation", name + ".txt"), new BadLineLog(BadLines.Stop));

    private static string Golden(string name) => File.ReadAllText(TestFolder.Golden("Evaluation", name));
}
