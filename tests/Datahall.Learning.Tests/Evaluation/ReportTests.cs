using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;

namespace Datahall.Learning.Tests.Evaluation;

public sealed class ReportTests
{
    [Theory]
    [InlineData(0.8125, 3, "0.812")]
    [InlineData(0.0625, 3, "0.062")]
    [InlineData(0.1875, 3, "0.188")]
    [InlineData(0.125, 2, "0.12")]
    [InlineData(0.375, 2, "0.38")]
    [InlineData(0.5, 0, "0")]
    [InlineData(1.5, 0, "2")]
    [InlineData(0.0005, 3, "0.001")] // the nearest double lies above
    [InlineData(0.1245, 3, "0.124")] // the nearest double lies below
    [InlineData(2.0 / 3, 4, "0.6667")]
    [InlineData(100, 2, "100.00")]
    [InlineData(-0.8125, 3, "-0.812")]
    public void Fixed_point_rounds_as_printf(double value, int digits, string expected) => Assert.Equal(expected, FixedPoint.Text(value, digits));

    [Fact]
    public void Reports_refuse_unequal_numbers()
    {
        var error = Assert.Throws<LearningException>(() => TokenReport.Of(["O", "O"], ["O"]));

        Assert.Contains("predicted ones end after 1", error.Message, StringComparison.Ordinal);
        Assert.Throws<LearningException>(() => EntityReport.Of([["O"]], [["O", "O"]]));
        Assert.Throws<LearningException>(() => EntityReport.Of([["O"]], [["O", "O"]], EntityMode.Seqeval));
        Assert.Throws<LearningException>(() => MultiLabelReport.Of([["a"]], []));
    }

    [Fact]
    public void Accuracy_is_written_as_the_micro_F1_that_scikit_learn_prints()
    {
        var report = TokenReport.Of(Enumerable.Repeat("a", 40), [.. Enumerable.Repeat("a", 29), .. Enumerable.Repeat("b", 11)]);

        Assert.Equal(0.725, report.Accuracy);
        Assert.Contains("accuracy                           0.73        40\n", report.TextWithAccuracy(2), StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_of_nothing_are_zero()
    {
        var (tokens, entities) = (TokenReport.Of([], []), EntityReport.Of([], []));

        Assert.Equal((0, 0, 0L), (tokens.Accuracy, tokens.Macro.F1, tokens.Count));
        Assert.Equal("processed 0 tokens with 0 phrases; found: 0 phrases; correct: 0.\n", entities.ConllevalText());
    }

    [Theory]
    [InlineData(EntityMode.Conlleval, "B-A E-A", "B-A E-A", "1 1 1")]
    [InlineData(EntityMode.Conlleval, "S-A S-A", "S-A S-A", "1 1 1")] // conlleval does not know S-: both are one chunk
    [InlineData(EntityMode.Seqeval, "S-A S-A", "S-A S-A", "2 2 2")]
    [InlineData(EntityMode.Conlleval, "B-A I-A", "I-A I-A", "1 1 1")]
    [InlineData(EntityMode.StrictIob2, "B-A I-A", "I-A I-A", "0 0 1")]
    [InlineData(EntityMode.StrictBioes, "B-A E-A O", "B-A I-A O", "0 0 1")]
    [InlineData(EntityMode.StrictBioes, "B-A I-A E-A", "B-A I-A E-A", "1 1 1")]
    [InlineData(EntityMode.Conlleval, "B-A O", "B-A I-A", "0 1 1")]
    [InlineData(EntityMode.Conlleval, "I-A B-A", "I-A I-A", "0 1 2")]
    public void Entity_report_counts_correct_found_and_gold(object mode, string gold, string predicted, string expected)
    {
        var counts = Assert.Single(EntityReport.Of([gold.Split(' ')], [predicted.Split(' ')], (EntityMode)mode).Counts);

        Assert.Equal(expected, $"{counts.Correct} {counts.Found} {counts.Gold}");
    }

    [Theory]
    [InlineData(EntityMode.Conlleval)]
    [InlineData(EntityMode.Seqeval)]
    public void Entities_end_with_their_sentence(object mode)
    {
        string[][] gold = [["O", "B-A"], ["I-A"]];

        Assert.Equal(2, Assert.Single(EntityReport.Of(gold, gold, (EntityMode)mode).Counts).Correct);
    }

    [Fact]
    public void Strict_counting_names_a_tag_of_another_scheme()
    {
        var error = Assert.Throws<LearningException>(() => EntityReport.Of([["S-A"]], [["O"]], EntityMode.StrictIob2));

        Assert.Contains("'S-A'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Confusion_counts_gold_by_predicted()
    {
        var confusion = Confusion.Of(["a", "a", "a", "b", "c"], ["a", "b", "b", "b", "a"]);

        Assert.Equal("  a b c\na 1 2 0\nb 0 1 0\nc 1 0 0\n", confusion.Text());
        Assert.Equal([("a", "b", 2L), ("c", "a", 1L)], confusion.Mistakes());
    }

    [Fact]
    public void Calibration_of_known_probabilities()
    {
        float[][] probabilities = [[0.9f, 0.1f], [0.9f, 0.1f], [0.4f, 0.6f], [0.5f, 0.5f]];

        var calibration = Calibration.Of(probabilities, [0, 1, 1, 1]);

        // Bin (0.8, 0.9]: confidence 0.9, accuracy 0.5; (0.5, 0.6]: 0.6 and 1; (0.4, 0.5]: 0.5 and 0, as the first of equals is said.
        Assert.Equal((2 * 0.4 + 0.4 + 0.5) / 4, calibration.ExpectedError, 6);
        Assert.Equal((2 * 0.01 + 2 * 0.81 + 2 * 0.16 + 2 * 0.25) / 4, calibration.Brier, 6);
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.1) + Math.Log(0.6) + Math.Log(0.5)) / 4, calibration.LogLoss, 6);
        Assert.Equal([0, 0, 0, 0, 1, 1, 0, 0, 2, 0], calibration.Bins.Select(bin => bin.Count));
        Assert.Equal((0.5, 0.5), (calibration.Bins[8].Accuracy, Math.Round(calibration.Bins[4].Confidence, 6)));
    }

    [Fact]
    public void Calibration_refuses_what_is_no_probability()
    {
        Assert.Throws<LearningException>(() => Calibration.Of([[2f, -1f]], [0]));
        Assert.Throws<LearningException>(() => Calibration.Of([[float.NaN, 1f]], [0]));
        Assert.Throws<LearningException>(() => Calibration.Of([[0.5f, 0.5f]], [2]));
    }

    [Fact]
    public void Worst_examples_keeps_the_least_probable_first()
    {
        var worst = new WorstExamples(2);
        foreach (var (name, wrong, probability) in new[] { ("a", 1, 0.3), ("b", 0, 0.01), ("c", 1, 0.1), ("d", 2, 0.2), ("e", 1, 0.1) })
        {
            worst.Add(new WrongExample(name, "", "", "", wrong, probability));
        }

        Assert.Equal(["c", "e"], worst.Take().Select(example => example.Where));
    }

    [Theory]
    [InlineData("a B-X B-X\nb O\n", ":2: 2 columns where at least 3 are needed")]
    [InlineData("a O\n", ":1: 2 columns where at least 3 are needed")]
    public void Predictions_file_names_a_line_without_three_columns(string text, string problem)
    {
        using var folder = new TestFolder();
        var file = folder.Write("p", text);

        var error = Assert.Throws<LearningException>(() => PredictionsFile.Read(file, new BadLineLog(BadLines.Stop)));

        Assert.StartsWith(file + problem, error.Message, StringComparison.Ordinal);
    }
}
