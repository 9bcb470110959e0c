using Datahall.Server.Energy;

namespace Datahall.Server.Tests.Energy;

public sealed class ReportPeriodTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 30, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    [Theory]
    [InlineData(null, null, "2026-04-30T12:00Z", "2026-05-01T13:00Z")]
    [InlineData("7d", null, "2026-04-24T12:00Z", "2026-05-01T13:00Z")]
    [InlineData("24h", "90m", "2026-04-30T12:00Z", "2026-05-01T11:00Z")]
    [InlineData("2026-04-30", "2026-05-01", "2026-04-29T16:00Z", "2026-04-30T16:00Z")]
    [InlineData("2026-04-30T09:20", "2026-04-30T09:21", "2026-04-30T01:00Z", "2026-04-30T02:00Z")]
    [InlineData("2026-04-30T09:20Z", "2026-04-30T09:20:01+02:00", null, null)]
    [InlineData("2026-04-30T07:20Z", "2026-04-30T10:20:01+02:00", "2026-04-30T07:00Z", "2026-04-30T09:00Z")]
    [InlineData("2026-05-02", null, null, null)]
    [InlineData("yesterday", null, null, null)]
    [InlineData("2026-13-01", null, null, null)]
    [InlineData("12", null, null, null)]
    [InlineData("0001-01-01", null, null, null)]
    [InlineData("99999999d", null, null, null)]
    public void TryParse_reads_dates_in_the_zone_and_lengths_before_now(string? from, string? to, string? first, string? last)
    {
        var ok = ReportPeriod.TryParse(from, to, Shanghai, Now, out var period, out var error);

        Assert.Equal(first is not null, ok);
        Assert.Equal(ok, error is null);
        if (ok)
        {
            Assert.Equal((Seconds(first!), Seconds(last!)), (period.From, period.To));
        }
    }

    [Fact]
    public void TryParse_takes_a_midnight_that_a_change_of_clocks_leaves_out_for_the_change()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Africa/Cairo"); // 24 April 2026 begins at 01:00.

        Assert.True(ReportPeriod.TryParse("2026-04-24", null, zone, Now, out var period, out _));
        Assert.Equal(Seconds("2026-04-23T22:00Z"), period.From);
    }

    private static long Seconds(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
}
