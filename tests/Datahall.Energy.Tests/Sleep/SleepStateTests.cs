using Datahall.Energy.Sleep;

namespace Datahall.Energy.Tests.Sleep;

public sealed class SleepStateTests
{
    [Fact]
    public void BreakEven_is_where_sleeping_and_idling_cost_the_same()
    {
        var state = new SleepState(SleepWatts: 10, DownSeconds: 20, UpSeconds: 260, DownWatts: 150, UpWatts: 220);

        var seconds = state.BreakEvenSeconds(150);

        var asleep = (150 * 20) + (220 * 260) + (10 * (seconds - 280));
        Assert.Equal(150 * seconds, asleep, 1e-6);
        Assert.Equal(280 + (((150 * 20) + (220 * 260) - (150.0 * 280)) / 140), seconds, 1e-9);
    }

    [Fact]
    public void BreakEven_is_the_transition_when_that_costs_no_more_than_idling() =>
        Assert.Equal(30, new SleepState(5, 10, 20, 40, 60).BreakEvenSeconds(100));

    [Fact]
    public void BreakEven_is_never_when_sleep_saves_nothing() =>
        Assert.Equal(double.PositiveInfinity, new SleepState(100, 10, 20, 40, 60).BreakEvenSeconds(100));
}
