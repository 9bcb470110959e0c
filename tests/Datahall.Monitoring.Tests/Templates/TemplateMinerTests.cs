using System.Globalization;
using System.Text;
using Datahall.Monitoring.Templates;

namespace Datahall.Monitoring.Tests.Templates;

public sealed class TemplateMinerTests
{
    [Fact]
    public void Add_makes_a_word_a_value_once_enough_different_ones_were_seen()
    {
        var miner = new TemplateMiner();

        Add(miner, "queue alpha was drained", "queue beta was drained", "queue gamma was drained");
        Assert.Equal(3, miner.Count);
        Add(miner, "queue delta was drained", "queue epsilon was drained");

        var only = Assert.Single(miner.Templates());
        Assert.Equal(("queue <*> was drained", 5L, 1L, 5L), (only.Text, only.Lines, only.FirstLine, only.LastLine));
    }

    [Fact]
    public void Add_keeps_two_words_apart_that_mean_different_things()
    {
        var miner = new TemplateMiner();

        Add(miner, "link eth0 went up", "link eth1 went down", "link eth1 went up", "link eth0 went down");

        Assert.Equal(["link eth<*> went up", "link eth<*> went down"], miner.Templates().Select(static template => template.Text));
    }

    [Fact]
    public void Add_takes_a_word_in_the_place_of_a_value_as_a_value()
    {
        var miner = new TemplateMiner();

        var ids = Add(miner, "cannot change to (/tmp/x) at all", "cannot change to (pwd) at all");

        Assert.Equal([1, 1], ids);
        Assert.Equal("cannot change to <*> at all", Assert.Single(miner.Templates()).Text);
    }

    [Fact]
    public void Add_tells_of_templates_that_became_one()
    {
        List<(int, int)> merged = [];
        var miner = new TemplateMiner { Merged = (from, into) => merged.Add((from, into)) };

        var ids = Add(miner, "queue alpha was drained", "queue beta was drained", "queue gamma was drained", "queue delta was drained");

        Assert.Equal([1, 2, 3, 1], ids);
        Assert.Equal([(2, 1), (3, 1), (4, 1)], merged.Order());
    }

    [Fact]
    public void Memory_is_bounded_whatever_the_lines_are()
    {
        const int seed = 7;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var miner = new TemplateMiner(new() { MaxTemplates = 200, MaxShapes = 500 });
        var words = Enumerable.Range(0, 400).Select(i => new string([.. i.ToString("D3", CultureInfo.InvariantCulture).Select(static digit => (char)(digit - '0' + 'g'))])).ToArray();

        for (var i = 0; i < 20_000; i++)
        {
            var line = string.Join(' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => words[random.Next(words.Length)]));
            miner.Add(Encoding.UTF8.GetBytes(line));
            Assert.InRange(miner.Count, 0, 200 + 65);
        }

        Assert.Equal(20_000, miner.Templates().Sum(static template => template.Lines));
    }

    [Fact]
    public void A_template_of_many_lines_outlives_a_flood_of_others()
    {
        var miner = new TemplateMiner(new() { MaxTemplates = 64, MaxShapes = 100 });
        var words = "ab cd ef gh ij kl mn op qr st uv wx yz".Split(' ');
        var id = Add(miner, "step done in 5 ms")[0];

        for (var i = 0; i < 2_000; i++)
        {
            Add(miner, "step done in 6 ms", $"{words[i % 13]}{words[i / 13 % 13]} {words[i * 7 % 13]}{words[i / 7 % 13]} {words[i * 5 % 13]}");
        }

        Assert.Equal(id, Add(miner, "step done in 7 ms")[0]);
        Assert.Equal(2_002, miner.Templates().Single(template => template.Id == id).Lines);
    }

    [Fact]
    public void Add_of_a_known_shape_allocates_nothing()
    {
        var miner = new TemplateMiner();
        var line = Encoding.UTF8.GetBytes("Failed password for root from 183.62.140.253 port 44216 ssh2");

        Allocation.None(() => miner.Add(line));
    }

    private static int[] Add(TemplateMiner miner, params string[] lines) => [.. lines.Select(line => miner.Add(Encoding.UTF8.GetBytes(line)))];
}
