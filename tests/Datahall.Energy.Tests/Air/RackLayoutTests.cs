using Datahall.Energy.Air;

namespace Datahall.Energy.Tests.Air;

public sealed class RackLayoutTests
{
    private static readonly RackPosition[] TwoRows = [.. Enumerable.Range(0, 12).Select(static i => new RackPosition(i / 6, i % 6, 2))];

    [Fact]
    public void Inlets_settle_where_the_mixed_air_does()
    {
        var matrix = RackLayout.Recirculation(TwoRows, 0.1);
        var heat = Enumerable.Range(0, 12).Select(static i => 10_000.0 + (1000 * i)).ToArray();
        var rises = new double[12];

        matrix.Rises(heat, rises);

        // A closed hall of equal air rises: with every rack at the same exhaust rise e, an inlet in mid-row rises by about r·e/(1 − r).
        Assert.All(rises, static rise => Assert.InRange(rise, 0.3, 3));
        Assert.True(rises[5] > rises[3], "the end of a row is warmer than its middle");
    }

    [Fact]
    public void One_rack_alone_draws_its_own_exhaust()
    {
        var matrix = RackLayout.Recirculation([new(0, 0, 2)], 0.1);

        // T = Ts + 0.15·(T − Ts + e), an end of its row: the rise is 0.15·e/0.85.
        Assert.Equal(0.15 / 0.85 * AirStream.Rise(1, 2), matrix[0, 0], 1e-12);
    }

    [Fact]
    public void Near_racks_matter_more_than_far_ones()
    {
        var matrix = RackLayout.Recirculation(TwoRows, 0.1);

        Assert.True(matrix[2, 3] > matrix[2, 5]);
        Assert.True(matrix[2, 3] > matrix[2, 9]);
        Assert.True(matrix[2, 8] > 0);
    }

    [Fact]
    public void Empty_racks_give_no_heat_and_no_hall_is_a_hall()
    {
        var matrix = RackLayout.Recirculation([new(0, 0, 2), new(0, 1, 0)], 0.1);

        Assert.Equal(0, matrix[0, 1]);
        Assert.Equal(0, RackLayout.Recirculation([], 0.1).Places);
        Assert.Throws<ArgumentOutOfRangeException>(() => RackLayout.Recirculation(TwoRows, 0.6));
    }
}
