using System.Text;
using Datahall.Monitoring.Templates;

namespace Datahall.Monitoring.Tests.Templates;

public sealed class LineFormatTests
{
    [Theory]
    [InlineData("<Date> <Time> <Level> <Content>", "2026-01-01 10:00:00 WARN disk is full", "disk is full", "WARN", "2026-01-01 10:00:00")]
    [InlineData("<Content>", "anything", "anything", "", "")]
    [InlineData(@"\[<Time>\] \[<Level>\] <Content>", "[Sun Dec 04 2005] [error] child 6", "child 6", "error", "Sun Dec 04 2005")]
    [InlineData(@"<Month> <Date> <Time> <Host> <Component>(\[<PID>\])?: <Content>", "Jun 14 15:16:01 combo sshd(pam_unix)[19939]: check: pass", "check: pass", "", "Jun 14 15:16:01")]
    [InlineData(@"<Month> <Date> <Time> <Host> <Component>(\[<PID>\])?: <Content>", "Jun  4 15:16:01 combo kernel: Linux version", "Linux version", "", "Jun  4 15:16:01")]
    [InlineData(@"<Time>\|<Component>\|<Content>", "10:00|a| b|c", " b|c", "", "10:00")]
    public void TryRead_takes_the_header_off(string format, string line, string content, string level, string time)
    {
        Assert.True(LineFormat.Parse(format).TryRead(Encoding.UTF8.GetBytes(line), out var parts));

        Assert.Equal((content, level, time), (Text(parts.Content), Text(parts.Level), Text(parts.Time)));
    }

    [Theory]
    [InlineData("<Date> <Level>: <Content>", "no header here")]
    [InlineData(@"\[<Time>\] <Content>", "[open")]
    public void TryRead_leaves_a_line_without_the_header_whole(string format, string line)
    {
        Assert.False(LineFormat.Parse(format).TryRead(Encoding.UTF8.GetBytes(line), out var parts));

        Assert.Equal(line, Text(parts.Content));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<Date> <Time>")]
    [InlineData("<Content> <Level>")]
    [InlineData("<Content> <Content>")]
    public void Parse_refuses_a_format_that_does_not_end_with_the_content(string format) =>
        Assert.Contains("must end with <Content>", Assert.Throws<FormatException>(() => LineFormat.Parse(format)).Message, StringComparison.Ordinal);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
