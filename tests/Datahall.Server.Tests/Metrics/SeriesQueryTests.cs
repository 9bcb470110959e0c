using System.Globalization;
using Datahall.Server.Metrics;

namespace Datahall.Server.Tests.Metrics;

public sealed class SeriesQueryTests
{
    private static readonly DateTimeOffset now = DateTimeOffset.Parse("2026-05-01T13:00:07Z", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("", "", null, null, null, "metric is '': name one as GET /api/v1/series/metrics lists them")]
    [InlineData("a-b", "", null, null, null, "metric is 'a-b': name one as GET /api/v1/series/metrics lists them")]
    [InlineData("a", "x", null, null, null, "label is 'x': write name=value, each name once")]
    [InlineData("a", "x=1,x=2", null, null, null, "label is 'x=2': write name=value, each name once")]
    [InlineData("a", "x y=1", null, null, null, "label is 'x y=1': write name=value, each name once")]
    [InlineData("a", "", "soon", null, null, "from is 'soon': write a time such as 2026-05-01T12:00:00Z, Unix seconds, or how long ago, such as 6h")]
    [InlineData("a", "", "1777636800", "1777636800", null, "from (2026-05-01 12:00:00Z) is not before to (2026-05-01 12:00:00Z)")]
    [InlineData("a", "", null, null, "0", "step is '0': write a length of time above 0 and up to 30 years, such as 60s")]
    [InlineData("a", "", "1h", null, "1000000000d", "step is '1000000000d': write a length of time above 0 and up to 30 years, such as 60s")]
    [InlineData("a", "", "1000000000d", null, null, "from is '1000000000d': write a time such as 2026-05-01T12:00:00Z, Unix seconds, or how long ago, such as 6h")]
    [InlineData("a", "", "800000d", null, null, "from is '800000d': write a time such as 2026-05-01T12:00:00Z, Unix seconds, or how long ago, such as 6h")]
    [InlineData("a", "", "0001-01-01T00:00:00Z", null, "6000000", "from is '0001-01-01T00:00:00Z': write a time such as 2026-05-01T12:00:00Z, Unix seconds, or how long ago, such as 6h")]
    [InlineData("a", "", null, "9999-12-31T00:00:00Z", "6000000", "to is '9999-12-31T00:00:00Z': write a time such as 2026-05-01T12:00:00Z, Unix seconds, or how long ago, such as 6h")]
    [InlineData("a", "", "6h", null, "1s", "a point each 1 s from 2026-05-01 07:00:07Z to 2026-05-01 13:00:07Z is more than 11000 points: make the step longer")]
    public void Read_refuses_what_makes_no_sense(string metric, string labels, string? from, string? to, string? step, string expected)
    {
        var error = Assert.Throws<FormatException>(() => Read(metric, labels, from, to, step));

        Assert.Equal(expected, error.Message);
    }

    [Theory]
    [InlineData(null, null, null, "2026-05-01T12:00:00Z", 15)] // An hour, on the grid of the step.
    [InlineData("6h", null, null, "2026-05-01T07:00:00Z", 90)] // Some 240 points.
    [InlineData("2026-05-01T12:30:00Z", "10m", "60", "2026-05-01T12:30:00Z", 60)]
    [InlineData("1777636801", null, "5m", "2026-05-01T12:00:00Z", 300)]
    public void Read_takes_times_in_several_forms(string? from, string? to, string? step, string expectedFrom, double expectedStep)
    {
        var query = Read("a", "", from, to, step);

        Assert.Equal((DateTimeOffset.Parse(expectedFrom, CultureInfo.InvariantCulture), expectedStep), (query.From, query.Step.TotalSeconds));
    }

    [Fact]
    public void ToPromQl_writes_labels_so_that_they_cannot_change_the_query()
    {
        var query = Read("a", "x=1\"} or up{y=\"\\,site=lab", null, null, null);

        Assert.Equal("a{x=\"1\\\"} or up{y=\\\"\\\\\",site=\"lab\"}", query.ToPromQl(TimeSpan.FromSeconds(15)));
        Assert.Equal("rate(" + query.ToPromQl(TimeSpan.FromSeconds(15)) + "[60s])", (query with { Form = SeriesForm.Rate }).ToPromQl(TimeSpan.FromSeconds(15)));
        Assert.Equal("avg_over_time(" + query.ToPromQl(TimeSpan.FromSeconds(15)) + "[300s])", (query with { Form = SeriesForm.Mean, Step = TimeSpan.FromMinutes(5) }).ToPromQl(TimeSpan.FromSeconds(15)));
    }

    [Theory]
    [InlineData("node_load1", "", "node_load1{job=\"datahall-fleet\"}")] // Not those of node_exporter, which Prometheus found through us.
    [InlineData("DCGM_FI_DEV_GPU_UTIL", "node=n1", "DCGM_FI_DEV_GPU_UTIL{job=\"datahall-fleet\",node=\"n1\"}")]
    [InlineData("node_load1", "job=node", "node_load1{job=\"node\"}")]
    [InlineData("datahall_nodes", "", "datahall_nodes{}")]
    public void ToPromQl_means_our_own_series(string metric, string labels, string expected) =>
        Assert.Equal(expected, Read(metric, labels, null, null, null).ToPromQl(TimeSpan.FromSeconds(15)));

    private static SeriesQuery Read(string metric, string labels, string? from, string? to, string? step) =>
        SeriesQuery.Read(metric, labels.Length == 0 ? [] : labels.Split(','), from, to, step, false, now, TimeSpan.FromSeconds(15));
}
