using Datahall.Learning.Settings;
using Datahall.Learning.Training;

namespace Datahall.Learning.Tests.Training;

public sealed class LearningRateTests
{
    [Theory]
    [InlineData(RateSchedule.Linear, 0, 0.1)] // Ten steps of warm-up.
    [InlineData(RateSchedule.Linear, 9, 1.0)]
    [InlineData(RateSchedule.Linear, 10, 1.0)]
    [InlineData(RateSchedule.Linear, 55, 0.5)]
    [InlineData(RateSchedule.Linear, 99, 1 / 90.0)]
    [InlineData(RateSchedule.Cosine, 55, 0.5)]
    [InlineData(RateSchedule.Cosine, 100, 0.0)]
    [InlineData(RateSchedule.Constant, 99, 1.0)]
    public void The_rate_rises_in_a_line_and_falls_by_its_schedule(RateSchedule schedule, long step, double share) =>
        Assert.Equal(share, LearningRate.Share(schedule, step, 100, 0.1), 9);

    [Fact]
    public void Without_warm_up_it_begins_at_the_top() => Assert.Equal(1, LearningRate.Share(RateSchedule.Linear, 0, 1, 0));
}
