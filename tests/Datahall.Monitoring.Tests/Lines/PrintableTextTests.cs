using System.Text;
using Datahall.Monitoring.Lines;

namespace Datahall.Monitoring.Tests.Lines;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("plain, 日本 é", "plain, 日本 é")]
    [InlineData("a\tb", "a b")]
    [InlineData("\u001b[2J\u0007\r", "\\u001b[2J\\u0007\\u000d")]
    [InlineData("\u009b31m \u202eevil\u2028", "\\u009b31m \\u202eevil\\u2028")]
    public void Of_makes_visible_what_a_terminal_would_obey(string text, string expected)
    {
        Assert.Equal(expected, PrintableText.Of(text));
        Assert.Equal(expected, PrintableText.Of(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Of_replaces_what_is_no_utf8() => Assert.Equal("a\ufffd\ufffdb", PrintableText.Of([(byte)'a', 0xff, 0xc3, (byte)'b']));

    [Fact]
    public void Of_cuts_long_text() => Assert.Equal("xxx…", PrintableText.Of("xxxxxx", 3));
}
