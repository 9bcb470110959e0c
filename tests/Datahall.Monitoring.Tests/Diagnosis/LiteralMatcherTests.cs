using System.Text;
using Datahall.Monitoring.Diagnosis;

namespace Datahall.Monitoring.Tests.Diagnosis;

public sealed class LiteralMatcherTests
{
    [Fact]
    public void Find_finds_what_a_search_for_each_literal_finds()
    {
        const int seed = 11;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            string[] literals = [.. Enumerable.Range(0, 8).Select(_ => Word(random, 1 + random.Next(4))).Distinct()];
            var line = Word(random, random.Next(40)) + 'é' + Word(random, random.Next(40));
            List<int> found = [];

            new LiteralMatcher(literals).Find(Encoding.UTF8.GetBytes(line.ToUpperInvariant()), found);

            var expected = Enumerable.Range(0, literals.Length).Where(i => line.Contains(literals[i], StringComparison.OrdinalIgnoreCase));
            Assert.Equal(expected, found.Distinct().Order());
        }
    }

    private static string Word(Random random, int length) => new([.. Enumerable.Range(0, length).Select(_ => "abC"[random.Next(3)])]);
}
