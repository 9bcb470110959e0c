using Datahall.Model;
using Datahall.Monitoring.Series;
using Datahall.Server.Console.Charts;
using Datahall.Server.Console.History;

namespace Datahall.Console.Tests.Charts;

public sealed class ChartTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Sparkline_breaks_at_gaps_and_draws_a_lone_value_as_a_dash()
    {
        double[] values = [0, 1, double.NaN, 1, double.NaN];

        Assert.Equal(["0,26 30,2", "90,2 120,2"], SparklinePoints.Of(values, 120, 28));
    }

    [Fact]
    public void Sparkline_of_equal_values_is_in_the_middle_and_of_none_is_empty()
    {
        Assert.Equal(["0,14 60,14 120,14"], SparklinePoints.Of([5, 5, 5], 120, 28));
        Assert.Empty(SparklinePoints.Of([double.NaN], 120, 28));
        Assert.Empty(SparklinePoints.Of([], 120, 28));
    }

    [Theory]
    [InlineData(0.5, new[] { 0.0, 2, double.NaN })]
    [InlineData(50, new[] { 400.0, 540 })]
    [InlineData(0.0005, new[] { 1.5712, 1.5731 })]
    [InlineData(0.5, new[] { 2.0, 2 })]
    [InlineData(1, new[] { 0.0, 0 })]
    [InlineData(1, new double[0])]
    public void Ticks_divide_what_there_is_into_round_parts(double step, double[] values) => Assert.Equal(step, AxisStep.Of(values, 4), 1e-12);

    [Fact]
    public void Thinned_readings_are_means_of_equal_spans()
    {
        var samples = Enumerable.Range(0, 240).Select(static i => new Sample(i * 10, i)).ToList();

        var thin = SeriesHistory.Thin(samples, 0, 2400);

        Assert.Equal(SeriesHistory.Points, thin.Length);
        Assert.Equal((0.5, 238.5), (thin[0], thin[^1]));
        Assert.True(double.IsNaN(SeriesHistory.Thin([], 0, 10)[0]));
    }

    [Fact]
    public void Gantt_draws_what_waited_what_runs_and_what_ended()
    {
        var tasks = new[]
        {
            Task("ended", TaskPhase.Succeeded, created: -100, started: -90, finished: -50),
            Task("runs", TaskPhase.Running, created: -100, started: -40, finished: null),
            Task("waits", TaskPhase.Pending, created: -30, started: null, finished: null),
        };

        var chart = GanttBars.Of(tasks, Now);

        Assert.Equal((Now.AddSeconds(-100), Now, 0), (chart.From, chart.To, chart.Left));
        Assert.Equal([(10, 40), (60, 40), (30, 0)], chart.Bars.Select(static bar => ((int)bar.Waited.TotalSeconds, (int)bar.Ran.TotalSeconds)));
        Assert.Equal(0.5, chart.ShareOf(Now.AddSeconds(-50)));
    }

    [Fact]
    public void Gantt_of_many_tasks_says_how_many_are_left_out()
    {
        var tasks = Enumerable.Range(0, 100).Select(static i => Task($"t{i}", TaskPhase.Running, -1, -1, null)).ToList();

        Assert.Equal((60, 40), (GanttBars.Of(tasks, Now).Bars.Count, GanttBars.Of(tasks, Now).Left));
        Assert.Empty(GanttBars.Of([], Now).Bars);
    }

    private static TaskResource Task(string name, TaskPhase phase, int created, int? started, int? finished) => new()
    {
        Name = name,
        Created = Now.AddSeconds(created),
        Spec = new() { Job = "j", Template = new() { Run = new() } },
        Status = new()
        {
            Phase = phase,
            Started = started is { } s ? Now.AddSeconds(s) : null,
            Finished = finished is { } f ? Now.AddSeconds(f) : null,
        },
    };
}
