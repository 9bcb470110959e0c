using System.Text;
using Datahall.Monitoring.Lines;

namespace Datahall.Monitoring.Tests.Lines;

public sealed class LineSplitterTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("\n", "|")]
    [InlineData("a\nb\r\n\nc", "a|b||c|")]
    [InlineData("abcdefghijkl\nx\n", "abcdefgh|x|")]
    [InlineData("abcdefghijkl", "abcdefgh|")]
    public void TryRead_gives_each_line(string text, string expected)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));

        Assert.Equal(expected, string.Concat(Lines(new(source, 8)).Select(static line => line + "|")));
    }

    [Fact]
    public void TryRead_gives_the_same_however_the_bytes_come()
    {
        const int seed = 5;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            var lines = Enumerable.Range(0, 60).Select(_ => new string('x', random.Next(random.Next(20) == 0 ? 700_000 : 300))).ToList();
            using var source = new Dribble(Encoding.UTF8.GetBytes(string.Concat(lines.Select(static line => line + "\n"))), random);

            Assert.Equal(lines.Select(static line => line[..Math.Min(line.Length, 1000)]), Lines(new(source, 1000)));
        }
    }

    private static List<string> Lines(LineSplitter splitter)
    {
        List<string> lines = [];
        while (splitter.TryRead(out var line))
        {
            lines.Add(Encoding.UTF8.GetString(line));
        }

        return lines;
    }

    /// <summary>Gives its bytes in pieces of any size.</summary>
    private sealed class Dribble(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, random.Next(1, 100_000)));
    }
}
