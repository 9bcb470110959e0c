using Datahall.Server.LogTemplates;

namespace Datahall.Server.Tests.LogTemplates;

public sealed class LogTurnsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Next_leaves_everybody_alone_when_there_is_room()
    {
        var turns = new LogTurns(most: 4, newAtOnce: 2, turn: TimeSpan.FromSeconds(30));

        Assert.Equal(["a", "b"], turns.Next(["c", "b", "a"], Start).Begin);
        Assert.Equal(["c"], turns.Next(["c", "b", "a"], Start).Begin);
        var (giveWay, begin) = turns.Next(["c", "b", "a"], Start.AddHours(1));

        Assert.Empty(giveWay);
        Assert.Empty(begin);
    }

    [Fact]
    public void Next_gives_everybody_a_turn_when_there_are_more_than_can_be_followed()
    {
        var turns = new LogTurns(most: 4, newAtOnce: 3, turn: TimeSpan.FromSeconds(30));
        string[] names = [.. Enumerable.Range(0, 10).Select(static i => $"t{i}")];
        var begun = new List<string>();
        var followed = new HashSet<string>();

        for (var second = 0; second < 300; second++)
        {
            var (giveWay, begin) = turns.Next(names, Start.AddSeconds(second));
            followed.ExceptWith(giveWay);
            followed.UnionWith(begin);
            begun.AddRange(begin);
            Assert.True(followed.Count <= 4);
        }

        var counts = begun.CountBy(static name => name).Select(static pair => pair.Value).ToList();
        Assert.Equal(10, counts.Count);
        Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        Assert.True(counts.Min() >= 3, "nobody waits for ever");
    }

    [Fact]
    public void One_that_ended_makes_room_at_once_and_is_behind_those_that_wait()
    {
        var turns = new LogTurns(most: 1, newAtOnce: 2, turn: TimeSpan.FromSeconds(30));

        turns.Next(["a", "b"], Start);
        turns.Ended("a");

        Assert.Equal(["b"], turns.Next(["a", "b"], Start.AddSeconds(1)).Begin);
        Assert.Empty(turns.Next(["a", "b"], Start.AddSeconds(2)).Begin);
        Assert.True(turns.HadTurn("a"));
    }
}
