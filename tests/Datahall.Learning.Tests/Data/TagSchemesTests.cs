using Datahall.Learning.Data;

namespace Datahall.Learning.Tests.Data;

public sealed class TagSchemesTests
{
    private const string Iob1 = "I-A I-A B-A I-B O I-A O O I-C";
    private const string Iob2 = "B-A I-A B-A B-B O B-A O O B-C";
    private const string Bioes = "B-A E-A S-A S-B O S-A O O S-C";
    private const string Bmes = Bioes;

    [Theory]
    [InlineData(TagScheme.Iob1, Iob1)]
    [InlineData(TagScheme.Iob2, Iob2)]
    [InlineData(TagScheme.Bioes, Bioes)]
    [InlineData(TagScheme.Bmes, Bmes)]
    public void Convert_goes_from_every_scheme_to_every_other(object from, string tags)
    {
        Assert.Equal(Iob1, Convert(tags, (TagScheme)from, TagScheme.Iob1));
        Assert.Equal(Iob2, Convert(tags, (TagScheme)from, TagScheme.Iob2));
        Assert.Equal(Bioes, Convert(tags, (TagScheme)from, TagScheme.Bioes));
        Assert.Equal(Bmes, Convert(tags, (TagScheme)from, TagScheme.Bmes));
    }

    [Fact]
    public void Convert_writes_the_middle_of_an_entity_with_I_or_M()
    {
        Assert.Equal("B-A I-A E-A", Convert("B-A M-A E-A", TagScheme.Bmes, TagScheme.Bioes));
        Assert.Equal("B-A M-A E-A", Convert("B-A I-A I-A", TagScheme.Iob2, TagScheme.Bmes));
    }

    [Theory]
    [InlineData(TagScheme.Iob1, "O B-A", 1, "may not follow 'O'")]
    [InlineData(TagScheme.Iob1, "I-B B-A", 1, "may not follow 'I-B'")]
    [InlineData(TagScheme.Iob2, "O I-A", 1, "may not follow 'O'")]
    [InlineData(TagScheme.Iob2, "B-A I-B", 1, "may not follow 'B-A'")]
    [InlineData(TagScheme.Iob2, "B-A E-A", 1, "none of IOB2")]
    [InlineData(TagScheme.Bioes, "B-A O", 1, "may not follow 'B-A'")]
    [InlineData(TagScheme.Bioes, "B-A I-A", 1, "ends inside an entity")]
    [InlineData(TagScheme.Bioes, "S-A E-A", 1, "may not follow 'S-A'")]
    [InlineData(TagScheme.Bioes, "B-A M-A E-A", 1, "none of BIOES")]
    [InlineData(TagScheme.Bmes, "B-A I-A E-A", 1, "none of BMES")]
    [InlineData(TagScheme.Bmes, "O PER", 1, "none of BMES")]
    [InlineData(TagScheme.Iob2, "B-", 0, "none of IOB2")]
    public void Check_finds_the_first_tag_that_breaks_a_scheme(object scheme, string tags, int index, string problem)
    {
        var bad = TagSchemes.Check(tags.Split(' '), (TagScheme)scheme);

        Assert.Equal(index, bad?.Index);
        Assert.Contains(problem, bad?.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Entities_reads_broken_tags_generously() => Assert.Equal(
        [new EntitySpan("A", 0, 1), new EntitySpan("B", 1, 3), new EntitySpan("B", 3, 4), new EntitySpan("C", 5, 6)],
        TagSchemes.Entities(["I-A", "I-B", "E-B", "I-B", "O", "E-C"]));

    [Fact]
    public void Convert_is_its_own_inverse_on_random_entities()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var entities = new List<EntitySpan>();
            var length = 0;
            for (var i = random.Next(6); i > 0; i--)
            {
                var start = length + random.Next(3);
                length = start + 1 + random.Next(3);
                entities.Add(new EntitySpan(random.Next(2) == 0 ? "A" : "B-C", start, length));
            }

            foreach (var scheme in Enum.GetValues<TagScheme>())
            {
                var tags = TagSchemes.Write(entities, length + 1, scheme);

                Assert.True(TagSchemes.Check(tags, scheme) is null, $"seed {seed}, {scheme}: {string.Join(' ', tags)}");
                Assert.Equal(entities, TagSchemes.Entities(tags));
            }
        }
    }

    [Theory]
    [InlineData(TagScheme.Iob1, "I-A B-A O", "I-B O")]
    [InlineData(TagScheme.Iob2, "B-A B-A O", "B-B I-B")]
    [InlineData(TagScheme.Iob2, "O O", "O")]
    [InlineData(TagScheme.Bioes, "B-A E-A O", "S-B")]
    [InlineData(TagScheme.Bmes, "B-A M-A E-A", "S-B")]
    public void Detect_tells_the_scheme(object scheme, params string[] sentences) =>
        Assert.Equal((TagScheme)scheme, TagSchemeDetection.Detect(sentences.Select(tags => Sentence(tags, 1))));

    [Fact]
    public void Detect_names_the_lines_that_contradict_each_other()
    {
        var error = Assert.Throws<LearningException>(() => TagSchemeDetection.Detect([Sentence("O B-A", 1), Sentence("O I-A", 4)]));

        Assert.Contains("f:2:", error.Message, StringComparison.Ordinal);
        Assert.Contains("f:5:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Convert_skips_and_counts_a_sentence_that_breaks_its_scheme()
    {
        var log = new BadLineLog(BadLines.Skip);

        var converted = TagSchemes.Convert([Sentence("B-A O", 1), Sentence("O I-A", 4)], TagScheme.Iob2, TagScheme.Bioes, log).ToArray();

        Assert.Equal(["S-A", "O"], Assert.Single(converted).Tags);
        Assert.Equal(1, log.Count);
        Assert.StartsWith("f:5: ", Assert.Single(log.Messages), StringComparison.Ordinal);
    }

    private static TaggedSentence Sentence(string tags, int line) =>
        new(tags.Split(' '), tags.Split(' ')) { Source = "f", Line = line };

    private static string Convert(string tags, TagScheme from, TagScheme to) => string.Join(' ', TagSchemes.Convert(tags.Split(' '), from, to));
}
