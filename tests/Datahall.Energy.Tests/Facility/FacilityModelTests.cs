using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Metrics;
using Datahall.Model;

namespace Datahall.Energy.Tests.Facility;

public sealed class FacilityModelTests
{
    private static readonly OutdoorAir Summer = OutdoorAir.Of(30, 0.5);

    [Theory]
    [InlineData(0, 16.266, 17.62)]
    [InlineData(1, 3.164, 189.18)]
    public void A_site_of_the_40_chassis_cools_as_published(double load, double supply, double kilowatts)
    {
        var facility = SiteFacility.Of(A.Chassis(File.ReadAllText(SharedData.Find("energy/heat_recirculation_D_40x40.mtx"))));
        var state = Loaded(facility, load);

        facility.Settle(state, 20, Summer);
        var warmest = facility.WarmestSupply(state);
        var power = facility.Settle(state, warmest, Summer);

        Assert.Equal(supply, warmest, 0.0005);
        Assert.Equal(kilowatts * 1000, power.Plant.Compressors, 5.0);
        Assert.Equal(0, power.WorstInlet, 1e-6);
    }

    [Fact]
    public void Power_is_conserved_from_the_grid_to_the_heat()
    {
        var facility = SiteFacility.Of(A.Site);
        var state = Loaded(facility, 0.7);

        var power = facility.Settle(state, 22, Summer);

        Assert.Equal(power.It, state.Draw.Sum(), 1e-6);
        Assert.Equal(power.It + power.Feeds.Pdu + power.Feeds.Rack, power.AirHeat + power.LiquidHeat, 1e-6);
        Assert.Equal(power.It + power.Feeds.Pdu, state.Load[0], 1e-6); // The UPS carries the racks and the PDUs' loss.
        Assert.Equal(power.Total, power.Over(3600).Total / 3600, 1e-6);
        Assert.InRange(EnergyMetrics.Pue(power.Over(3600)).Value, 1.1, 1.5);
    }

    [Fact]
    public void Servers_draw_their_own_exhaust_when_the_units_deliver_too_little()
    {
        var facility = SiteFacility.Of(A.Site with { Cooling = new() { UnitFlow = 30 } }); // So that the units are not at their least flow.
        var (enough, less) = (Loaded(facility, 0.7), Loaded(facility, 0.7));

        facility.Settle(enough, 22, Summer, new(FlowFactor: 1));
        var power = facility.Settle(less, 22, Summer, new(FlowFactor: 0.9));

        // A tenth of the air comes back, warmer by the servers' rise: ΔT·0.1/0.9.
        Assert.Equal(power.AirHeat / (1.2 * 1006 * power.Flow) / 9, less.Shortfall, 1e-9);
        Assert.Equal(0, enough.Shortfall);
        Assert.True(less.Inlet[0] > enough.Inlet[0] + 1);
    }

    [Theory]
    [InlineData("dgx-h100", 10_200)]
    [InlineData("dgx-h200", 10_200)]
    [InlineData("dgx-b200", 14_300)]
    [InlineData("hgx-a100", 6_500)]
    [InlineData("gb200-nvl72", 120_000)]
    public void Catalogue_servers_draw_what_their_makers_say_at_full_load(string model, double watts)
    {
        var type = SiteFacility.Of(A.Site with { Halls = [new() { Name = "h", Racks = [new() { Name = "r", Servers = [new() { Model = model }] }] }] }).Blocks[0].Type;

        Assert.Equal(watts, type.Draw(type.Power.MaxWatts, 20).Wall, watts * 0.01);
    }

    [Fact]
    public void Fans_of_CPU_servers_take_the_share_that_Azure_measured()
    {
        var type = new ServerType(Model.Catalogue.ServerCatalogue.Find("cpu-2s")!);

        var draw = type.Draw(type.Power.MaxWatts, 20);

        Assert.Equal(0.14, draw.Fans / (type.Power.MaxWatts + draw.Fans), 0.03);
    }

    [Fact]
    public void A_server_of_devices_adds_them_up_behind_its_converter()
    {
        var type = new ServerType(new()
        {
            Name = "frontier",
            Power = PowerCurve.Devices,
            Devices = new() { Cpus = new() { Count = 1, Idle = new(90), Max = new(280) }, Gpus = new() { Count = 4, Idle = new(88), Max = new(560) }, Fixed = new(184), CpuShare = 0.5 },
            Supply = new() { Rating = new(3000), ConstantLoss = new(13), Efficiency = [0.98, 0.98, 0.98, 0.98] },
        });

        Assert.Equal(90 + (4 * 88) + 184, type.Power.IdleWatts);
        Assert.Equal(90 + (0.5 * 190) + (4 * 560) + 184, type.Power.Watts(1), 1e-9);
        Assert.Equal((type.Power.Watts(1) + 13) / 0.98, type.Draw(type.Power.Watts(1), 20).Wall, 1e-9);
    }

    [Fact]
    public void A_warm_inlet_speeds_fans_up()
    {
        var facility = SiteFacility.Of(A.Site);
        var (cool, warm) = (facility.Settle(Loaded(facility, 0.8), 18, Summer), facility.Settle(Loaded(facility, 0.8), 28, Summer));

        Assert.True(warm.ServerFans > cool.ServerFans * 1.2);
        Assert.True(warm.Plant.Compressors < cool.Plant.Compressors);
    }

    [Fact]
    public void Steps_end_where_the_facility_settles_and_allocate_nothing()
    {
        var facility = SiteFacility.Of(A.Site);
        var (stepped, settled) = (Loaded(facility, 0.6), Loaded(facility, 0.6));
        facility.Settle(settled, 23, Summer);

        Allocation.None(() => facility.Step(stepped, 23, Summer, 60));

        for (var i = 0; i < settled.Inlet.Length; i++)
        {
            Assert.Equal(settled.Inlet[i], stepped.Inlet[i], 1e-6);
        }
    }

    [Fact]
    public void Sleeping_servers_draw_their_sleep_power()
    {
        var facility = SiteFacility.Of(A.Site);
        var state = Loaded(facility, 0);
        state.Awake[0] = 0;

        facility.Settle(state, 22, Summer);

        Assert.Equal(4 * facility.Blocks[0].Type.Sleep!.Value.SleepWatts, state.Draw[0], 1e-9);
    }

    [Fact]
    public void A_rack_with_a_feed_loads_that_one_and_others_share()
    {
        var site = A.Site with
        {
            Feeds = [new() { Name = "u", Kind = FeedKind.Ups, Rating = new(500_000) }, new() { Name = "p1", Kind = FeedKind.Pdu, Parent = "u", Rating = new(100_000) }, new() { Name = "p2", Kind = FeedKind.Pdu, Parent = "u", Rating = new(100_000) }],
            Halls = [new() { Name = "h", Racks = [new() { Name = "a", Feed = "p1", Servers = [new() { Model = "dgx-h100" }] }, new() { Name = "b", Servers = [new() { Model = "dgx-h100" }] }] }],
        };
        var facility = SiteFacility.Of(site);
        var state = Loaded(facility, 1);

        var power = facility.Settle(state, 20, Summer);

        Assert.Equal(["u", "p1", "p2"], facility.FeedNames);
        Assert.Equal(state.Draw[0] + (state.Draw[1] / 2), state.Load[1], 1e-9);
        Assert.Equal(state.Draw[1] / 2, state.Load[2], 1e-9);
        Assert.Equal(state.Load[1] / 100_000, power.Feeds.WorstLoad, 1e-9);
    }

    [Fact]
    public void A_site_without_servers_or_cooling_says_what_to_add()
    {
        Assert.StartsWith("the site has no servers", Assert.Throws<ArgumentException>(() => SiteFacility.Of(new() { Plant = "hall-1mw" })).Message, StringComparison.Ordinal);
        Assert.StartsWith("the site has no cooling", Assert.Throws<ArgumentException>(() => SiteFacility.Of(A.Site with { Plant = null })).Message, StringComparison.Ordinal);
    }

    private static FacilityState Loaded(FacilityModel facility, double load)
    {
        var state = facility.NewState(22);
        Array.Fill(state.Utilisation, load);
        facility.Compute(state);
        return state;
    }
}
