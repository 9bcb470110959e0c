using System.Text;
using Datahall.Monitoring.Lines;

namespace Datahall.Monitoring.Tests.Lines;

public sealed class LineLevelsTests
{
    [Theory]
    [InlineData("WARN", "error in the text", LineLevel.Warning)]
    [InlineData("combo", "connection failed", LineLevel.Error)]
    [InlineData("", "ValueError: x", LineLevel.Error)]
    [InlineData("", "kernel panic", LineLevel.Fatal)]
    [InlineData("", "information about terrorists", LineLevel.Unknown)]
    [InlineData("", "", LineLevel.Unknown)]
    public void Of_trusts_the_field_and_else_the_worst_word(string field, string content, LineLevel expected) =>
        Assert.Equal(expected, LineLevels.Of(Encoding.UTF8.GetBytes(field), Encoding.UTF8.GetBytes(content)));
}
