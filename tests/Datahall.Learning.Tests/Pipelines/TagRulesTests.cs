using Datahall.Learning.Pipelines;

namespace Datahall.Learning.Tests.Pipelines;

public sealed class TagRulesTests
{
    [Theory]
    [InlineData("O B-PER I-PER B-LOC I-LOC", "B-PER I-PER", true)]
    [InlineData("O B-PER I-PER B-LOC I-LOC", "O I-PER", false)]
    [InlineData("O B-PER I-PER B-LOC I-LOC", "B-LOC I-PER", false)]
    [InlineData("O B-PER I-PER B-LOC I-LOC", "I-PER", false)]
    [InlineData("O B-X I-X E-X S-X", "B-X E-X S-X", true)]
    [InlineData("O B-X I-X E-X S-X", "B-X O", false)]
    [InlineData("O B-X I-X E-X S-X", "B-X", false)]
    [InlineData("O B-X M-X E-X S-X", "B-X M-X E-X", true)]
    [InlineData("O B-X M-X E-X S-X", "O M-X", false)]
    public void Of_allows_what_the_scheme_does(string labels, string tags, bool allowed)
    {
        var names = labels.Split(' ').ToList();
        var rules = TagRules.Of(names);
        int[] path = [.. tags.Split(' ').Select(tag => names.IndexOf(tag))];

        Assert.NotNull(rules);
        Assert.Equal(allowed, rules.Start(path[0]) && path.Zip(path.Skip(1), rules.Next).All(may => may) && rules.End(path[^1]));
    }

    [Theory]
    [InlineData("O I-PER B-PER I-LOC")] // IOB1: no B-LOC
    [InlineData("noun verb")]
    [InlineData("O I-PER")]
    public void Of_has_no_rules_where_nothing_is_forbidden(string labels) => Assert.Null(TagRules.Of(labels.Split(' ')));
}
