using Datahall.Learning.Data;

namespace Datahall.Learning.Tests.Data;

/// <summary>The sizes of the data sets, as counted by other tools, and that their tags survive a way through another scheme.</summary>
public sealed class SharedDataTests
{
    private readonly BadLineLog log = new(BadLines.Skip);

    // Two entities of the Chinese set go on over the end of a sentence, so that four sentences break BMES and each half counts.
    [Theory]
    [InlineData("learning/conll2003/eng.train", TagScheme.Iob1, 14041, 203621, 23499, 0)]
    [InlineData("learning/conll2003/eng.testa", TagScheme.Iob1, 3250, 51362, 5942, 0)]
    [InlineData("learning/resume_zh/train.char.bmes", TagScheme.Bmes, 3821, 124099, 13440, 4)]
    [InlineData("learning/wnut17/wnut17train.conll", TagScheme.Iob2, 3394, 62730, 1975, 0)]
    [InlineData("learning/wikigold/wikigold.conll.txt", TagScheme.Iob1, 1696, 39007, 3558, 0)]
    public void Conll_files_have_the_sentences_words_and_entities_they_should(string file, object scheme, int count, int words, int entities, int broken)
    {
        var sentences = new ConllReader(log).Read(SharedData.Find(file)).ToArray();

        Assert.Empty(log.Messages);
        Assert.Equal((TagScheme)scheme, TagSchemeDetection.Detect(sentences));
        Assert.Equal(
            (count, words, entities),
            (sentences.Length, sentences.Sum(sentence => sentence.Words.Count), sentences.Sum(sentence => TagSchemes.Entities(sentence.Tags).Count)));
        foreach (var through in Enum.GetValues<TagScheme>())
        {
            var there = TagSchemes.Convert(sentences, (TagScheme)scheme, through, new BadLineLog(BadLines.Skip));
            var back = TagSchemes.Convert(there, through, (TagScheme)scheme, new BadLineLog(BadLines.Stop)).ToArray();

            Assert.Equal(sentences.Length - broken, back.Length);
            Assert.Equal(string.Join('\n', sentences.Where(Keeps).Select(Show)), string.Join('\n', back.Select(Show)));
        }

        bool Keeps(TaggedSentence sentence) => TagSchemes.Check(sentence.Tags, (TagScheme)scheme) is null;

        static string Show(TaggedSentence sentence) => string.Join(' ', sentence.Tags);
    }

    [Theory]
    [InlineData("train.csv", 10003)]
    [InlineData("test.csv", 3080)]
    public void Banking77_has_77_labels(string file, int count)
    {
        var rows = new CsvReader(log, new TextFields(Label: "category")).Read(SharedData.Find("applications/banking77/" + file)).ToArray();

        Assert.Empty(log.Messages);
        Assert.Equal((count, 77), (rows.Length, rows.Select(row => row.Labels[0]).Distinct().Count()));
    }

    [Theory]
    [InlineData("train", 15000, 150)]
    [InlineData("val", 3000, 150)]
    [InlineData("test", 4500, 150)]
    [InlineData("oos_test", 1000, 1)]
    public void Clinc150_has_150_labels(string split, int count, int labels)
    {
        var rows = JsonSplits.Read($"{SharedData.Find("applications/clinc150/data_full.json")}#{split}");

        Assert.Equal((count, labels), (rows.Count, rows.Select(row => row.Labels[0]).Distinct().Count()));
    }

    [Fact]
    public void Sentfin_has_a_pair_for_each_entity()
    {
        var rows = new SentimentReader(log).Read(SharedData.Find("applications/sentfin/SEntFiN.csv")).ToArray();

        Assert.Equal("", string.Join("\n", log.Messages));
        Assert.Equal(["negative", "neutral", "positive"], rows.Select(row => row.Labels[0]).Distinct().Order());
        Assert.Equal((10753, 14405), (rows.DistinctBy(row => row.Line).Count(), rows.Length));
    }
}
