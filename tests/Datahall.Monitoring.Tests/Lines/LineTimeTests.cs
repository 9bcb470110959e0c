using System.Globalization;
using System.Text;
using Datahall.Monitoring.Lines;

namespace Datahall.Monitoring.Tests.Lines;

public sealed class LineTimeTests
{
    [Theory]
    [InlineData("2026-01-02 03:04:05,678", "2026-01-02T03:04:05")]
    [InlineData("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05")]
    [InlineData("[2026/01/02 03:04:05]", "2026-01-02T03:04:05")]
    [InlineData("17/06/09 20:10:40", "2017-06-09T20:10:40")]
    [InlineData("081109 203615", "2008-11-09T20:36:15")]
    [InlineData("20171223-22:15:29:606", "2017-12-23T22:15:29")]
    [InlineData("Jun 14 15:16:01", "2000-06-14T15:16:01")]
    [InlineData("Sun Dec 04 04:47:44 2005", "2005-12-04T04:47:44")]
    [InlineData("03-17 16:13:38.811", "2000-03-17T16:13:38")]
    [InlineData("10.30 16:49:06", "2000-10-30T16:49:06")]
    [InlineData("1117838570 2005.06.03 R02", "2005-06-03T22:42:50")]
    [InlineData("10/Oct/2000:13:55:36 -0700", "2000-10-10T13:55:36")]
    [InlineData("[10/Oct/2024:13:55:36 +0200] \"GET / HTTP/1.1\" 200", "2024-10-10T13:55:36")]
    [InlineData("09 Jun 2005 06:07:04", "2005-06-09T06:07:04")]
    [InlineData("Jun 9 2005 06:07:04", "2005-06-09T06:07:04")]
    [InlineData("Thu Jun  9 06:07:04 UTC 2005", "2005-06-09T06:07:04")]
    [InlineData("Jun 14 15:16:01 n1 sshd[2024]: opened", "2000-06-14T15:16:01")]
    [InlineData("Jun 14 15:16:01 n1 sshd[1234]: opened", "2000-06-14T15:16:01")]
    [InlineData("1767323045678", "2026-01-02T03:04:05")]
    public void TryRead_reads_the_usual_notations(string text, string expected)
    {
        Assert.True(LineTime.TryRead(Encoding.UTF8.GetBytes(text), out var time));

        Assert.Equal(expected, DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("step 12 of 99")]
    [InlineData("2026-13-45 00:00:00")]
    [InlineData("99999999999999999999999999")]
    [InlineData("12:13:14")]
    public void TryRead_leaves_what_is_no_time(string text) => Assert.False(LineTime.TryRead(Encoding.UTF8.GetBytes(text), out _));
}
