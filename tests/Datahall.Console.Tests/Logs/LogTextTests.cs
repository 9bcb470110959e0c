using System.Text;
using Datahall.Server.Console.Logs;

namespace Datahall.Console.Tests.Logs;

public sealed class LogTextTests
{
    [Theory]
    [InlineData("plain\n", "plain")]
    [InlineData("\u001b[31mred\u001b[0m\n", "red")]
    [InlineData("\u001b]0;title\aafter\n", "after")]
    [InlineData("\u001b]8;;http://x\u001b\\link\n", "link")]
    [InlineData("\u001bcreset\n", "reset")]
    [InlineData("a\tb\r\n", "a    b")]
    [InlineData("a\u0007b\u0000c\n", "a\u2407b\u2400c")]
    [InlineData("\u202eturned\u2066\n", "\ufffdturned\ufffd")]
    [InlineData("<script>alert(1)</script>\n", "<script>alert(1)</script>")]
    [InlineData("中文 🙂\n", "中文 🙂")]
    public void Line_is_fit_to_be_shown(string written, string expected) =>
        Assert.Equal([expected], new LogText().Take(Encoding.UTF8.GetBytes(written)));

    [Fact]
    public void Text_may_be_cut_anywhere()
    {
        var bytes = Encoding.UTF8.GetBytes("中\u001b[1m文\n🙂\n");
        var text = new LogText();

        var lines = bytes.SelectMany(b => text.Take([b])).ToList();

        Assert.Equal(["中文", "🙂"], lines);
        Assert.Null(text.Rest());
    }

    [Fact]
    public void Line_without_an_end_is_cut_and_takes_no_more_memory()
    {
        var text = new LogText();
        var chunk = Encoding.UTF8.GetBytes(new string('x', 100_000));

        for (var i = 0; i < 100; i++)
        {
            Assert.Empty(text.Take(chunk));
        }

        var line = text.Rest();
        Assert.NotNull(line);
        Assert.EndsWith(" … (+9,996,000)", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, LogText.MaxLine, LogText.MaxLine + 30);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_shown_as_such()
    {
        var lines = new LogText().Take([0xff, 0xfe, (byte)'a', (byte)'\n']);

        Assert.Equal(["\ufffd\ufffda"], lines);
    }
}
