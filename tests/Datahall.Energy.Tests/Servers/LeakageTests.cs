using Datahall.Energy.Servers;

namespace Datahall.Energy.Tests.Servers;

public sealed class LeakageTests
{
    [Fact]
    public void Watts_double_in_ln_2_over_k()
    {
        var leakage = new Leakage(ReferenceWatts: 100, ReferenceCelsius: 60, PerKelvin: 0.023);

        Assert.Equal(100, leakage.Watts(60));
        Assert.Equal(200, leakage.Watts(60 + (Math.Log(2) / 0.023)), 1e-9);
        Assert.Equal((leakage.Watts(70.001) - leakage.Watts(69.999)) / 0.002, leakage.Slope(70), 1e-4);
    }
}
