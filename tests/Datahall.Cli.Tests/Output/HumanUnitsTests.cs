using Datahall.Cli.Output;

namespace Datahall.Cli.Tests.Output;

public sealed class HumanUnitsTests
{
    [Theory]
    [InlineData(0, "0B")]
    [InlineData(999, "999B")]
    [InlineData(1536, "1.5Ki")]
    [InlineData(33_500_000_000, "31.2Gi")]
    [InlineData(4L << 40, "4Ti")]
    public void Bytes_has_three_digits(double bytes, string text) => Assert.Equal(text, HumanUnits.Bytes(bytes));

    [Theory]
    [InlineData(5, "5s")]
    [InlineData(300, "5m")]
    [InlineData(11_520, "3h12m")]
    [InlineData(800_000, "9d")]
    [InlineData(-3, "0s")]
    public void Age_names_the_largest_unit(int seconds, string text)
    {
        var now = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(text, HumanUnits.Age(now.AddSeconds(-seconds), now));
    }
}
