using Datahall.Energy.Capping;

namespace Datahall.Energy.Tests.Capping;

public sealed class RowThresholdsTests
{
    [Theory]
    [InlineData(799, RowStage.Free)]
    [InlineData(800, RowStage.LowLocked)]
    [InlineData(890, RowStage.BothLocked)]
    [InlineData(990, RowStage.Brake)]
    public void A_threshold_is_answered_at_once(double watts, RowStage stage) => Assert.Equal(stage, new RowThresholds(1000, new()).Step(watts, 1));

    [Fact]
    public void Stages_end_one_by_one_after_a_hold_below_the_hysteresis()
    {
        var row = new RowThresholds(1000, new());
        row.Step(995, 1);

        Assert.Equal(RowStage.Brake, Repeat(row, 950, 100)); // Above 94 %.
        Assert.Equal(RowStage.Brake, Repeat(row, 700, 9));
        Assert.Equal(RowStage.BothLocked, row.Step(700, 1));
        Assert.Equal(RowStage.LowLocked, Repeat(row, 700, 10));
        Assert.Equal(RowStage.LowLocked, Repeat(row, 760, 100)); // Above 75 %.
        Assert.Equal(RowStage.Free, Repeat(row, 740, 10));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-40)]
    [InlineData(4294967295)]
    public void Absurd_readings_move_nothing_and_stale_ones_lock_both(double absurd)
    {
        var row = new RowThresholds(1000, new());
        row.Step(500, 1);

        Assert.Equal(RowStage.Free, Repeat(row, absurd, 5));
        Assert.Equal(RowStage.BothLocked, row.Step(absurd, 1));
        Assert.Equal(RowStage.BothLocked, Repeat(row, absurd, 100));
        Assert.Equal(RowStage.Free, Repeat(row, 500, 20));
    }

    [Fact]
    public void Thresholds_that_do_not_rise_are_refused() => Assert.Throws<ArgumentException>(() => new RowThresholds(1000, new() { High = 0.7 }));

    private static RowStage Repeat(RowThresholds row, double watts, int times)
    {
        var stage = row.Stage;
        for (var i = 0; i < times; i++)
        {
            stage = row.Step(watts, 1);
        }

        return stage;
    }
}
