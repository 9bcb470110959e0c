using Datahall.Energy.Attribution;
using Datahall.Model;

namespace Datahall.Energy.Tests.Attribution;

public sealed class SiteModelTests
{
    // The exhaust of the warm rack comes back to it: its fans pay for every watt more.
    private static readonly SiteSpec Site = new()
    {
        Plant = "room-100kw",
        Halls =
        [
            new()
            {
                Name = "a",
                Racks = [new() { Name = "cool", Servers = [new() { Model = "cpu-2s", Count = 40 }] }, new() { Name = "warm", Servers = [new() { Model = "cpu-2s", Count = 40 }] }, new() { Name = "empty" }],
                Recirculation = new() { KelvinPerKilowatt = [[0.5, 0, 0], [0, 12, 0], [0, 0, 1]] },
            },
        ],
    };

    private static readonly NodeServer Server = NodeServer.Of(Site, Site.Halls[0].Racks[0].Servers, null, new() { Cpu = new(128_000) });

    [Fact]
    public void Settle_adds_up_the_servers_that_run_and_no_others()
    {
        var model = SiteModel.Of(Site, [new("a", "cool", Server), new("a", "warm", Server)]);
        NodePower[] powers = [Measured(400, model.Inlet(0)), Measured(650, model.Inlet(1))];

        var power = model.Settle(powers, model.Outdoor(4000));

        Assert.Equal(1050, power.It, 9);
        Assert.Equal(powers.Sum(static p => p.Boards), power.Compute, 9);
        Assert.True(power.Total > power.It + power.Plant.Total, $"{power.Total} W");
        Assert.True(model.Inlet(1) > model.Inlet(0), $"{model.Inlet(0)} and {model.Inlet(1)} °C");
    }

    [Fact]
    public void Prices_are_higher_where_heat_comes_back()
    {
        var model = SiteModel.Of(Site, [new("a", "cool", Server), new("a", "warm", Server)]);
        model.Settle([Measured(600, 18), Measured(600, 18)], model.Outdoor(4000));

        var prices = model.Prices();

        Assert.True(prices[1] > prices[0] + 0.01, $"{prices[0]} and {prices[1]} W/W");
        Assert.All(prices, static price => Assert.InRange(price, 1, 5));
    }

    [Fact]
    public void Where_the_supply_follows_the_hottest_inlet_it_is_as_warm_as_that_allows_and_heat_there_costs_more()
    {
        var (still, follows) = (Model(SupplyControl.Fixed), Model(SupplyControl.HottestInlet));

        Assert.Equal(18, still.Point!.SupplyCelsius);
        Assert.Equal(Server.Spec.InletMaxCelsius - 2, Math.Max(follows.Inlet(0), follows.Inlet(1)), 1e-6);
        Assert.InRange(follows.Point!.SupplyCelsius, 15.1, 26.9);
        Assert.True(follows.Prices()[1] > follows.Prices()[0] + 0.05, $"{follows.Prices()[0]} and {follows.Prices()[1]} W/W");

        static SiteModel Model(SupplyControl supply)
        {
            var model = SiteModel.Of(Site with { Cooling = new() { Supply = supply } }, [new("a", "cool", Server), new("a", "warm", Server)]);
            model.Settle([Measured(600, 18), Measured(600, 18)], model.Outdoor(4000));
            return model;
        }
    }

    [Fact]
    public void Of_says_what_is_missing()
    {
        Assert.Contains("no cooling", Assert.Throws<ArgumentException>(() => SiteModel.Of(Site with { Plant = null }, [new("a", "cool", Server)])).Message, StringComparison.Ordinal);
        Assert.Contains("no rack a/nowhere", Assert.Throws<ArgumentException>(() => SiteModel.Of(Site, [new("a", "cool", Server), new("a", "nowhere", Server)])).Message, StringComparison.Ordinal);
    }

    private static NodePower Measured(double watts, double inlet) => NodePower.Of(Server, new() { Cpus = 128, MeasuredWatts = watts }, inlet);
}
