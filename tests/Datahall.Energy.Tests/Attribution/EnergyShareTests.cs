using Datahall.Energy.Attribution;

namespace Datahall.Energy.Tests.Attribution;

public sealed class EnergyShareTests
{
    [Fact]
    public void Sums_keep_apart_what_is_not_known_from_nothing()
    {
        var known = new EnergyShare { It = 10, Measured = 4, Covered = 10, Facility = 15, Cooling = 3, UncountedSeconds = 1 };
        var unknown = new EnergyShare { It = 5, UncountedSeconds = 2 };

        Assert.Equal(known with { It = 15, UncountedSeconds = 3 }, known + unknown);
        Assert.Null((unknown + unknown).Facility);
        Assert.Equal(30, (known + known).Facility);
        Assert.Null((known + known).Cost);
    }

    [Fact]
    public void A_part_is_of_energy_and_not_of_time()
    {
        var part = new EnergyShare { It = 10, Facility = 20, UncountedSeconds = 7 }.Part(0.5);

        Assert.Equal(new EnergyShare { It = 5, Facility = 10 }, part);
    }
}
