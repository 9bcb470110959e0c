using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Tests.Targets;

public sealed class TargetTests
{
    [Theory]
    [InlineData("Node:", "nodes")]
    [InlineData("Node:n1,n2", "node", "n1", "n2")]
    [InlineData("Job:x;Service:y", "job/x", "svc/y")]
    [InlineData("Job:;Service:", "jobs,svc")]
    [InlineData("SchedulerProfile:fast", "profile/fast")]
    [InlineData("SchedulerProfile:;Queue:", "profiles,q")]
    [InlineData("Site:;Node:;Queue:;SchedulerProfile:;Job:;Service:;Ensemble:;Tenant:;Task:;AlertRule:;Incident:", "all")]
    public void Selection_reads_what_users_write(string expected, params string[] words)
    {
        var selection = Target.Selection(words);

        Assert.Equal(expected, string.Join(';', selection.Select(kind => $"{kind.Kind}:{string.Join(',', kind.Names)}")));
    }

    [Theory]
    [InlineData("team=search", true)]
    [InlineData("team==search", true)]
    [InlineData("team!=search", false)]
    [InlineData("tier!=test,team=search", true)]
    [InlineData("tier=test", false)]
    [InlineData("", true)]
    public void LabelSelector_matches_labels(string selector, bool matches) =>
        Assert.Equal(matches, LabelSelector.Parse(selector).Matches(new Dictionary<string, string> { ["team"] = "search" }));

    [Fact]
    public void KindsAndShortWords_names_every_kind_in_words_that_are_read()
    {
        var words = Target.KindsAndShortWords.Split([", ", " (", ")"], StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(ResourceKinds.All, words.Select(Target.Kind).Distinct());
        Assert.All(Target.ShortWords, word => Assert.Contains(word, words));
    }

    [Fact]
    public void Key_reads_kind_and_name() => Assert.Equal(new ResourceKey(ResourceKinds.Service, "web"), Target.Key("svc/web"));
}
