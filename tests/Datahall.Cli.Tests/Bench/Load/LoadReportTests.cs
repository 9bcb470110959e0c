using Datahall.Cli.Bench.Load;

namespace Datahall.Cli.Tests.Bench.Load;

public sealed class LoadReportTests
{
    private static readonly LoadPlan Open = new()
    {
        Rate = 100,
        Connections = 8,
        Duration = TimeSpan.FromSeconds(1),
        Timeout = TimeSpan.FromSeconds(1),
        Weights = [1],
        Open = static () => throw new NotSupportedException(),
    };

    [Theory]
    [InlineData(1, 0, 0, 0.5, null)] // 1 % is no more than chance.
    [InlineData(2, 0, 0, 0.5, "the generator was the bottleneck: it had no processor in time and started 2 % of the requests more than 1 ms late; lower --rate, or run it on an idle machine")]
    [InlineData(0, 2, 1, 0.5, "3 % of the requests waited for one of the 8 connections: the server is slower than the rate; if it is not, raise --connections")]
    [InlineData(0, 0, 0, 1.9, "the generator used 1.90 of 2 processors, so it may be the bottleneck; run it on a larger machine")]
    public void Doubts_says_who_was_the_bottleneck(int lateByGenerator, int lateByConnections, int notStarted, double cores, string? doubt)
    {
        var counts = new Recorder();
        Repeat(100, counts.Arrived);
        Repeat(lateByGenerator, counts.GeneratorWasLate);
        Repeat(lateByConnections, counts.ConnectionWasLate);
        Repeat(notStarted, () => counts.Ended(new(Outcome.NotStarted), Window.Ticks(1)));
        Repeat(100 - notStarted, () => counts.Ended(new(Outcome.Response, 200), Window.Ticks(0.01)));

        Assert.Equal(doubt is null ? [] : [doubt], new LoadReport(Open, 1, counts, 8, cores, 2).Doubts());
    }

    [Fact]
    public void Errors_are_statuses_from_400_and_requests_without_a_response()
    {
        var counts = new Recorder();
        Repeat(4, counts.Arrived);
        counts.Ended(new(Outcome.Response, 302, 100), Window.Ticks(0.01));
        counts.Ended(new(Outcome.Response, 400, 100), Window.Ticks(0.01));
        counts.Ended(new(Outcome.Reset), Window.Ticks(0.01));
        counts.Ended(new(Outcome.Timeout), Window.Ticks(1));

        var report = new LoadReport(Open, 2, counts, 8, 0, 2);

        Assert.Equal((3, 0.75, 2, 1, 100), (report.Errors, report.ErrorShare, report.Responses, report.Rate, report.BytesPerSecond));
        Assert.Equal(3, counts.Latency.TotalCount); // Not the reset one, which was quick to fail.
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }
}
