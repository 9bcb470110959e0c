using Datahall.Energy.Supply;

namespace Datahall.Energy.Tests.Supply;

public sealed class AirEnvelopeTests
{
    [Theory]
    [InlineData(20, 20, 1.0)]
    [InlineData(25, 13.86, 0.50)] // Psychrometric chart: 25 °C at 50 % has a dew point of 13.9 °C.
    [InlineData(18, 15, 0.826)]
    public void Humidity_is_that_of_the_chart(double celsius, double dewPoint, double humidity) =>
        Assert.Equal(humidity, AirEnvelope.Humidity(celsius, dewPoint), 0.003);

    [Fact]
    public void Cool_air_is_too_humid_by_its_relative_humidity_and_warm_air_by_its_dew_point()
    {
        Assert.True(AirEnvelope.A2.TooHumid(18, 15) > 0); // 82 %, and 80 % are allowed.
        Assert.True(AirEnvelope.A2.TooHumid(19, 15) < 0);
        Assert.Equal(1, AirEnvelope.A2.TooHumid(35, 22), 1e-9);
    }
}
