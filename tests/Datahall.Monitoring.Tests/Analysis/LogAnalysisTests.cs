using System.Globalization;
using System.Text;
using Datahall.Monitoring.Analysis;
using Datahall.Monitoring.Anomalies;
using Datahall.Monitoring.Search;
using Datahall.Monitoring.Templates;

namespace Datahall.Monitoring.Tests.Analysis;

public sealed class LogAnalysisTests
{
    [Fact]
    public void A_log_is_told_by_templates_anomalies_and_diagnosis()
    {
        var analysis = new LogAnalysis(new() { Format = LineFormat.Parse("<Date> <Time> <Level> <Content>"), Anomalies = new() { LearningLines = 50 } });

        for (var i = 0; i < 600; i++)
        {
            Add(analysis, string.Create(CultureInfo.InvariantCulture, $"2026-01-01 10:{i / 10:00}:00 INFO step {i} loss 0.{i}"));
        }

        Add(analysis, "2026-01-01 11:00:01 ERROR CUDA out of memory. Tried to allocate 2.00 GiB");
        Add(analysis, "Traceback");
        var findings = analysis.Finish();

        Assert.Equal(("step <*> loss <*>", 600L), (findings.Templates[0].Text, findings.Templates[0].Lines));
        Assert.Equal([AnomalyKind.NewTemplate, AnomalyKind.NewTemplate], findings.Anomalies.Select(static anomaly => anomaly.Kind));
        Assert.Equal("gpu-out-of-memory", Assert.Single(findings.Diagnoses).Id);
        Assert.Equal((602L, 1L), (analysis.Lines, analysis.WithoutHeader));
    }

    [Fact]
    public void Lines_that_are_not_looked_for_have_no_template()
    {
        var analysis = new LogAnalysis(new() { Query = LogQuery.Parse("step") });

        Assert.Equal((1, 0), (Add(analysis, "step 1"), Add(analysis, "other")));
        Assert.Equal("step <*>", Assert.Single(analysis.Finish().Templates).Text);
    }

    [Fact]
    public void Anomalies_are_bounded_and_counted()
    {
        var analysis = new LogAnalysis(new() { MaxAnomalies = 5, Anomalies = new() { LearningLines = 0 } });

        for (var i = 0; i < 20; i++)
        {
            Add(analysis, new string((char)('a' + i), 3) + string.Concat(Enumerable.Repeat(" x", i)));
        }

        Assert.Equal((5, 15L), (analysis.Finish().Anomalies.Count, analysis.AnomaliesNotKept));
    }

    private static int Add(LogAnalysis analysis, string line) => analysis.Add(Encoding.UTF8.GetBytes(line));
}
