using Datahall.Energy.Air;
using Datahall.Energy.Cooling;

namespace Datahall.Energy.Tests.Cooling;

public sealed class CoolingPlantTests
{
    private static readonly OutdoorAir Warm = OutdoorAir.Of(30, 0.4);
    private static readonly OutdoorAir Cold = OutdoorAir.Of(2, 0.6);

    private static PlantDesign Water => new()
    {
        Kind = CoolingKind.ChilledWater,
        UnitFlow = 90,
        UnitFanWatts = 60_000,
        UnitFans = FanCurve.Plug,
        Chiller = new(600_000, 5),
        Chillers = 2,
        Tower = new(1.3e6, 30_000, 4, 4),
        Free = FreeCooling.Water,
    };

    private static PlantDesign Direct => new() { Kind = CoolingKind.DirectExpansion, UnitFlow = 90, UnitFanWatts = 60_000 };

    private static PlantLoad Load(OutdoorAir outdoor, double supply = 22) => new(800_000, 150_000, supply, 60, outdoor);

    [Fact]
    public void Direct_expansion_moves_the_heat_and_that_of_its_fans_at_its_COP()
    {
        var power = new CoolingPlant(Direct).Power(Load(Warm));

        Assert.Equal(60_000 * Math.Pow(60 * 1.1 / 90, 3), power.UnitFans, 1e-6);
        Assert.Equal((950_000 + power.UnitFans) / CracUnit.Cop(22), power.Compressors, 1e-6);
    }

    [Fact]
    public void Cold_water_replaces_the_chillers()
    {
        var (warm, cold) = (new CoolingPlant(Water).Power(Load(Warm)), new CoolingPlant(Water).Power(Load(Cold)));

        Assert.Equal(0, warm.FreeShare);
        Assert.True(warm.Compressors > 80_000);
        Assert.Equal(1, cold.FreeShare);
        Assert.Equal(0, cold.Compressors);
        Assert.True(cold.TowerFans > 0 && cold.Pumps > 0 && cold.UnitFans > 0, "fans and pumps remain");
        Assert.True(cold.Water > 0);
    }

    [Fact]
    public void Outdoor_air_cools_as_far_as_it_is_colder_than_the_return_and_dry_enough()
    {
        var plant = new CoolingPlant(Direct with { Free = FreeCooling.Air });

        Assert.Equal(1, plant.Power(Load(Cold)).FreeShare);
        Assert.InRange(plant.Power(Load(OutdoorAir.Of(27, 0.4))).FreeShare, 0.01, 0.99);
        Assert.Equal(0, plant.Power(Load(OutdoorAir.Of(20, 0.95))).FreeShare);
    }

    [Fact]
    public void Chillers_out_of_order_leave_heat_in_the_halls()
    {
        var plant = new CoolingPlant(Water);

        Assert.Equal(0, plant.Power(Load(Warm)).Unmet);
        Assert.InRange(plant.Power(Load(Warm) with { ChillersOut = 1 }).Unmet, 10_000, 100_000);
        Assert.Equal(0, plant.Power(Load(Warm) with { ChillersOut = 2 }).Compressors);
    }

    [Fact]
    public void Warm_water_is_reused_when_it_is_warm_enough()
    {
        var plant = Water with { ReuseShare = 0.6, LiquidSupply = 35 };

        Assert.Equal(90_000, new CoolingPlant(plant).Power(Load(Warm)).Reused, 1e-6);
        Assert.Equal(0, new CoolingPlant(plant with { LeastReuse = 50 }).Power(Load(Warm)).Reused);
    }

    [Theory]
    [InlineData(30, 0.4)] // Chillers alone.
    [InlineData(12, 0.6)] // Part free cooling.
    [InlineData(2, 0.6)]  // Free cooling alone.
    public void Derivatives_agree_with_differences(double dry, double humidity)
    {
        foreach (var design in (PlantDesign[])[Water, Water with { Free = FreeCooling.Air | FreeCooling.Water, ReuseShare = 0.5, LeastReuse = 40 }, Direct])
        {
            var plant = new CoolingPlant(design);
            var load = Load(OutdoorAir.Of(dry, humidity));
            var power = plant.Power(load);

            Check(power.ByAirHeat, 10, d => load with { AirHeat = load.AirHeat + d });
            Check(power.ByLiquidHeat, 10, d => load with { LiquidHeat = load.LiquidHeat + d });
            Check(power.BySupply, 1e-4, d => load with { SupplyCelsius = load.SupplyCelsius + d });
            Check(power.ByFlow, 1e-3, d => load with { ServerFlow = load.ServerFlow + d });

            void Check(double exact, double step, Func<double, PlantLoad> at)
            {
                var difference = (plant.Power(at(step)).Total - plant.Power(at(-step)).Total) / (2 * step);
                Assert.Equal(difference, exact, 1e-5 * (1 + Math.Abs(difference)));
            }
        }
    }

    [Fact]
    public void Power_allocates_nothing()
    {
        var plant = new CoolingPlant(Water);

        Allocation.None(() => plant.Power(Load(Warm)));
    }

    [Fact]
    public void Plant_refuses_a_design_without_a_chiller() =>
        Assert.Throws<ArgumentException>(() => new CoolingPlant(Water with { Chiller = null }));

    [Fact]
    public void A_closer_tower_takes_more_air_and_gives_colder_water()
    {
        var tower = new CoolingTower(1e6, 28_000, 4, 4);

        Assert.Equal(2.8, tower.Approach(1, 200_000)); // No maker guarantees less.
        Assert.Equal(4 * 0.9, tower.Approach(3, 900_000), 1e-9); // At 90 % heat, full fans reach 3.6 K.
        Assert.Equal(6, tower.Approach(6, 900_000));
    }

    [Fact]
    public void Asking_for_what_is_designed_changes_nothing()
    {
        var plant = Energy.Facility.SiteFacility.Of(A.Site).Plant;
        var load = new PlantLoad(500_000, 100_000, 20, 40, OutdoorAir.Of(10, 0.6));

        var asked = plant.Power(load with { Settings = new(plant.Design.FlowFactor, plant.Design.Tower!.ApproachKelvin, plant.Design.LiquidSupply) });

        Assert.Equal(plant.Power(load), asked);
        Assert.True(plant.Power(load with { Settings = new(TowerApproach: 2.8) }).FreeShare > asked.FreeShare);
        Assert.True(plant.Power(load with { Settings = new(FlowFactor: 0.9) }).UnitFans < asked.UnitFans);
    }
}
