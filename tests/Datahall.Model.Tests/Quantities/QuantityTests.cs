using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;

namespace Datahall.Model.Tests.Quantities;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("500m", 500)]
    [InlineData("1.5", 1500)]
    [InlineData("2", 2000)]
    [InlineData("0.0001", 1)]
    [InlineData("9223372036854775", 9223372036854775000)]
    public void Cpu_is_read_in_thousandths_rounded_up(string text, long milli) => AssertReads(text, new Cpu(milli));

    [Theory]
    [InlineData("4Gi", 4L << 30)]
    [InlineData("4G", 4_000_000_000)]
    [InlineData("1.5Ti", 3L << 39)]
    [InlineData("1.3Ki", 1332)]
    [InlineData("7", 7)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Bytes_are_read_in_powers_of_1024_and_1000(string text, long bytes) => AssertReads(text, new Bytes(bytes));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("250ms", 250)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("1d1h1m1s1ms", 90_061_001)]
    public void Durations_are_read_part_by_part(string text, long milliseconds) => AssertReads(text, new Duration(milliseconds));

    [Theory]
    [InlineData("350W", 350)]
    [InlineData("10kW", 10_000)]
    [InlineData("1.2MW", 1_200_000)]
    [InlineData("350", 350)]
    public void Watts_are_read_with_and_without_a_unit(string text, long watts) => AssertReads(text, new Watts(watts));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1,5")]
    [InlineData("1e3")]
    [InlineData("NaN")]
    [InlineData("1 Gi")]
    [InlineData(" 1")]
    [InlineData("Gi")]
    [InlineData("1GB")]
    [InlineData("1..5")]
    [InlineData("９")]
    [InlineData("9223372036854775808")]
    [InlineData("9999999999999999Pi")]
    [InlineData("106751991168d106751991168d")]
    [InlineData("1111111111111111111111111111111111111")]
    public void No_quantity_takes_bad_text_or_overflows(string text)
    {
        Assert.False(Cpu.TryParse(text, out _));
        Assert.False(Gpu.TryParse(text, out _));
        Assert.False(Bytes.TryParse(text, out _));
        Assert.False(Duration.TryParse(text, out _));
        Assert.False(Watts.TryParse(text, out _));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("5x")]
    [InlineData("5m ")]
    [InlineData("m")]
    public void A_duration_needs_a_unit(string text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void Any_quantity_is_read_back_as_it_was() => Gen.Long[0, long.MaxValue].Sample(static value =>
    {
        AssertReads(new Cpu(value).ToString(), new Cpu(value));
        AssertReads(new Gpu(value).ToString(), new Gpu(value));
        AssertReads(new Bytes(value).ToString(), new Bytes(value));
        AssertReads(new Duration(value).ToString(), new Duration(value));
        AssertReads(new Watts(value).ToString(), new Watts(value));
    });

    [Fact]
    public void The_pattern_takes_what_is_read_and_nothing_else_but_overflows() =>
        Gen.String[Gen.OneOf([.. "0123456789.mKMGTiPkWsdh -"]), 0, 6].Sample(static text =>
        {
            AssertPattern<Cpu>(text);
            AssertPattern<Bytes>(text);
            AssertPattern<Duration>(text);
            AssertPattern<Watts>(text);
        });

    [Theory]
    [InlineData(0, true, 0, 0)]
    [InlineData(500, true, 1, 500)]
    [InlineData(1000, true, 1, 1000)]
    [InlineData(1500, false, 2, 1000)]
    [InlineData(8000, true, 8, 1000)]
    [InlineData(long.MaxValue, false, int.MaxValue, 1000)]
    public void Gpu_is_whole_devices_or_a_share_of_one(long milli, bool isPlaceable, int devices, int milliPerDevice)
    {
        var gpu = new Gpu(milli);

        Assert.Equal((isPlaceable, devices, milliPerDevice), (gpu.IsPlaceable, gpu.Devices, gpu.MilliPerDevice));
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("\"100m\"")]
    public void Json_numbers_and_texts_are_both_read_exactly(string json) => Assert.Equal(new Cpu(100), JsonSerializer.Deserialize<Cpu>(json, ResourceJson.Options));

    [Fact]
    public void Json_says_how_to_write_a_quantity()
    {
        var error = Assert.Throws<JsonException>(static () => JsonSerializer.Deserialize<Bytes>("\"4GB\"", ResourceJson.Options));

        Assert.Equal("'4GB' is not a bytes amount; write it like 512Mi, 4Gi or 1.5Ti", error.Message);
    }

    private static void AssertReads<T>(string text, T expected)
        where T : struct, IQuantity<T>
    {
        Assert.True(T.TryParse(text, out var value), text);
        Assert.Equal(expected, value);
    }

    private static void AssertPattern<T>(string text)
        where T : struct, IQuantity<T> =>
        Assert.True(T.TryParse(text, out _) == Regex.IsMatch(text, T.Pattern), $"{typeof(T).Name} '{text}'");
}
