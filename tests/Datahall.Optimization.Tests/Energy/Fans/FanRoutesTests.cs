using Datahall.Optimization.Energy;
using Datahall.Optimization.Energy.Fans;

namespace Datahall.Optimization.Tests.Energy.Fans;

public sealed class FanRoutesTests
{
    private static readonly FanTable Table = Halls.Fan(50, (50, 20, 1.2, 0), (60, 26, 1, 0), (65, 22, 1, 0), (70, 21, 1, 0), (90, 18, 1, 0));

    [Fact]
    public void A_fan_goes_anywhere_at_once_when_steps_have_no_limit()
    {
        var routes = new FanRoutes(Table, 30);

        Assert.Equal([0, 1, 2, 3, 4], routes.Reachable);
        Assert.Equal([50, 90], routes.RouteTo(4));
        Assert.Equal([50], routes.RouteTo(0));
    }

    [Fact]
    public void A_fan_takes_the_fewest_stages_and_of_those_the_cheapest()
    {
        // Two stages by way of 60 (26 °C) or of 65 (22 °C).
        var routes = new FanRoutes(Table with { MaxStepPercent = 15 }, 30);

        Assert.Equal([50, 65, 70], routes.RouteTo(3));
        Assert.Equal([0, 1, 2, 3], routes.Reachable); // 90 is 20 away from 70.
    }

    [Fact]
    public void A_fan_does_not_pass_through_a_level_that_is_too_warm()
    {
        var routes = new FanRoutes(Table with { MaxStepPercent = 10 }, 25);

        Assert.Equal([0], routes.Reachable);
    }

    [Fact]
    public void A_fan_keeps_to_its_steps_in_degrees_and_to_its_stages()
    {
        Assert.Equal([0, 2, 3, 4], new FanRoutes(Table with { MaxStepCelsius = 3 }, 25).Reachable);
        Assert.Equal([0, 2, 3], new FanRoutes(Table with { MaxStepCelsius = 1 }, 25).Reachable);
        Assert.Equal([0, 3], new FanRoutes(Table with { MaxStepCelsius = 1, MaxStages = 1 }, 25).Reachable);
    }

    [Fact]
    public void A_fan_leaves_a_start_that_is_too_warm()
    {
        var routes = new FanRoutes(Halls.Fan(10, (10, 40, 1, 0), (20, 25, 1, 0)), 30);

        Assert.Equal([1], routes.Reachable);
        Assert.Equal([10, 20], routes.RouteTo(1));
    }
}
