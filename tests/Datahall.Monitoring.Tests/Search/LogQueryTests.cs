using Datahall.Monitoring.Search;

namespace Datahall.Monitoring.Tests.Search;

public sealed class LogQueryTests
{
    [Theory]
    [InlineData("", "anything", true)]
    [InlineData("timeout node", "NODE n1: connect Timeout", true)]
    [InlineData("timeout node", "connect timeout", false)]
    [InlineData("\"no space\" -retry", "write: No space left", true)]
    [InlineData("\"no space\" -retry", "no space, will retry", false)]
    [InlineData("-\"a b\"", "a  b", true)]
    [InlineData("aab", "aaab", true)]
    [InlineData("größe", "Die größe", true)]
    [InlineData("Größe", "die GRößE", true)]
    [InlineData("Übung", "die Übung", true)]
    [InlineData("übung", "die Übung", false)]
    [InlineData("ОШИБКА", "ОШИБКА: диск", true)]
    [InlineData("x", "", false)]
    public void Matches_asks_for_every_term(string query, string line, bool expected) => Assert.Equal(expected, LogQuery.Parse(query).Matches(line));

    [Theory]
    [InlineData("\"open", "not closed")]
    [InlineData("a - b", "without text")]
    [InlineData("\"\"", "without text")]
    public void Parse_refuses_what_cannot_be_meant(string query, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => LogQuery.Parse(query)).Message, StringComparison.Ordinal);
}
