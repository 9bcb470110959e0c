using System.Text;
using Datahall.Learning.Data;

namespace Datahall.Learning.Tests.Data;

public sealed class ReaderTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly BadLineLog skip = new(BadLines.Skip);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Conll_reads_sentences_documents_and_columns()
    {
        var file = folder.Write("a", "-DOCSTART- -X- O O\n\nEU NNP B-NP I-ORG\nrejects VBZ B-VP O\n\n\n  \nPeter NNP B-NP I-PER\r\n");

        var sentences = new ConllReader(skip).Read(file).ToArray();
        var chunks = new ConllReader(skip, new ConllColumns(0, 2)).Read(file).ToArray();

        Assert.Equal(["EU rejects|I-ORG O|3", "Peter|I-PER|8"], sentences.Select(Show));
        Assert.Equal(["EU rejects|B-NP B-VP|3", "Peter|B-NP|8"], chunks.Select(Show));
        Assert.Equal(file, sentences[0].Source);
        Assert.Equal(0, skip.Count);
    }

    [Fact]
    public void Conll_parts_columns_by_tabs_where_there_are_any() =>
        Assert.Equal(["New York|B-LOC|1"], new ConllReader(skip).Read(folder.Write("a", "New York\tB-LOC\n\t\n")).Select(Show));

    [Theory]
    [InlineData("a O\nb\nc O\n\nd O\n", 2, "1 columns where at least 2 are needed")]
    [InlineData("a N O\nb O\n\nd N O\n", 2, "2 columns where the lines before have 3")]
    [InlineData("x\tO\n\tO\n\nd\tO\n", 2, "the word is empty")]
    [InlineData("x\ty\tO\nx\t\tO\n\nd\ty\tO\n", 0, "")]
    public void Conll_names_a_bad_line_and_leaves_its_sentence_out(string text, int line, string problem)
    {
        var file = folder.Write("a", text);

        var sentences = new ConllReader(skip).Read(file).ToArray();

        if (line == 0)
        {
            Assert.Equal((2, 0), (sentences.Length, skip.Count));
            return;
        }

        var error = Assert.Throws<LearningException>(() => new ConllReader(new BadLineLog(BadLines.Stop)).Read(file).Count());
        Assert.StartsWith($"{file}:{line}: {problem}", error.Message, StringComparison.Ordinal);
        Assert.Equal($"{file}:{line}: {problem}", Assert.Single(skip.Messages));
        Assert.Equal("d", Assert.Single(sentences).Words[0]);
    }

    [Fact]
    public void Json_lines_reads_texts_with_the_fields_named()
    {
        var file = folder.Write("a", """
            {"text":"one","label":"x"}

            {"text":"two","pair":"2","labels":["x","y"]}
            {"text":"three","label":3}
            {"text":"four","label":null}
            """);

        var rows = new JsonLinesReader(skip).ReadTexts(file).ToArray();

        Assert.Equal(["one||x|1", "two|2|x,y|3", "three||3|4", "four|||5"], rows.Select(Show));
        Assert.Equal(["one||x|1"], new JsonLinesReader(skip, new TextFields(Text: "q", Label: "c"))
            .ReadTexts(folder.Write("b", """{"q":"one","c":"x"}""")).Select(Show));
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"label":"x"}""", "no field 'text'")]
    [InlineData("""{"text":["x"]}""", "the field 'text' is not a string")]
    [InlineData("""{"text":"x","labels":[{}]}""", "the field 'labels' is not a list of strings")]
    public void Json_lines_skips_and_counts_a_bad_line(string line, string problem)
    {
        var file = folder.Write("a", "{\"text\":\"a\"}\n" + line + "\n{\"text\":\"b\"}\n");

        var rows = new JsonLinesReader(skip).ReadTexts(file).ToArray();

        Assert.Equal(["a|||1", "b|||3"], rows.Select(Show));
        Assert.StartsWith($"{file}:2: ", Assert.Single(skip.Messages), StringComparison.Ordinal);
        Assert.Contains(problem, skip.Messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Json_lines_reads_tagged_sentences()
    {
        var file = folder.Write("a", """
            {"tokens":["a","b"],"tags":["O","B-X"]}
            {"tokens":["a"],"tags":[]}
            """);

        Assert.Equal(["a b|O B-X|1"], new JsonLinesReader(skip).ReadSentences(file).Select(Show));
        Assert.EndsWith("1 words and 0 tags", Assert.Single(skip.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_reads_quoted_fields_over_several_lines()
    {
        var file = folder.Write("a", "label,text,other\r\nx,\"one, \"\"two\"\"\r\nthree\",\r\n\r\ny,,z\n,plain,\n");

        var rows = new CsvReader(skip).Read(file).ToArray();

        Assert.Equal(["one, \"two\"\nthree||x|2", "||y|5", "plain|||6"], rows.Select(Show));
        Assert.Equal(0, skip.Count);
    }

    [Fact]
    public void A_second_text_that_is_empty_is_none()
    {
        Assert.Null(Assert.Single(new CsvReader(skip).Read(folder.Write("a", "text,pair\none, \n"))).Pair);
        Assert.Null(Assert.Single(new JsonLinesReader(skip).ReadTexts(folder.Write("b", """{"text":"one","pair":""}"""))).Pair);
        Assert.Equal("x", Assert.Single(new SentimentReader(skip).Read(folder.Write("c", "Title,Decisions\none,\"{'': 'good', 'x': 'bad'}\"\n"))).Pair);
        Assert.EndsWith("an entity of the column 'Decisions' has no name", Assert.Single(skip.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_reads_pairs_several_labels_and_another_separator()
    {
        var file = folder.Write("a", "q;a;kinds\none;two;x | y\n");

        Assert.Equal(["one|two|x,y|2"], new CsvReader(skip, new TextFields("q", "a", Labels: "kinds"), ';').Read(file).Select(Show));
    }

    [Theory]
    [InlineData("a,b,c", "3 fields where the header has 2")]
    [InlineData("x\"y,b", "a quote stands inside a field")]
    [InlineData("\"x\"y,b", "a quote stands inside a field")]
    public void Csv_skips_and_counts_a_bad_record(string record, string problem)
    {
        var file = folder.Write("a", $"text,label\n{record}\nwell,x\n");

        Assert.Equal(["well||x|3"], new CsvReader(skip).Read(file).Select(Show));
        Assert.StartsWith($"{file}:2: {problem}", Assert.Single(skip.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_names_a_quote_that_is_never_closed_and_a_missing_column()
    {
        _ = new CsvReader(skip).Read(folder.Write("a", "text,label\n\"open,x\ny,z\n")).Count();
        var error = Assert.Throws<LearningException>(() => new CsvReader(skip).Read(folder.Write("b", "a,b\n1,2\n")).Count());

        Assert.Contains("a:2: a quoted field is not closed", Assert.Single(skip.Messages), StringComparison.Ordinal);
        Assert.Contains("no column 'text'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_text_passes_over_blank_lines() =>
        Assert.Equal(["one|||1", "two|||3"], PlainText.Read(folder.Write("a", "one\n \n two \n")).Select(Show));

    [Fact]
    public void Sentiment_gives_a_pair_for_each_entity()
    {
        var file = folder.Write("a", """
            S No.,Title,Decisions,Words
            1,"A beats B, again","{'A': 'positive', ""B's"": 'negative'}",4
            2,C,{'C' 'neutral'},1
            3,D,{},1
            4,E's,{'E's': 'neutral'},1
            """);

        Assert.Equal(["A beats B, again|A|positive|2", "A beats B, again|B's|negative|2", "E's|E's|neutral|5"], new SentimentReader(skip).Read(file).Select(Show));
        Assert.Equal(2, skip.Count);
    }

    [Fact]
    public void Readers_name_a_line_that_is_not_UTF_8()
    {
        Assert.Equal(["a \ufffd|O O|1"], new ConllReader(skip).Read(WriteBroken("a O\n\ufffd O\n\nb# O\n")).Select(Show));
        Assert.Equal(["a|||1"], new JsonLinesReader(skip).ReadTexts(WriteBroken("{\"text\":\"a\"}\n{\"text\":\"#\"}\n")).Select(Show));
        Assert.Equal(["a|||3"], new CsvReader(skip).Read(WriteBroken("text\n\"#\"\na\n")).Select(Show));
        Assert.Equal([":4: ", ":2: ", ":2: "], skip.Messages.Select(message => message[(folder.Path.Length + 2)..(folder.Path.Length + 6)]));
        Assert.All(skip.Messages, message => Assert.Contains("not UTF-8", message, StringComparison.Ordinal));
        Assert.Contains("a:1: the line is not UTF-8", Assert.Throws<LearningException>(() => PlainText.Read(WriteBroken("#")).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_splits_reads_the_split_that_is_named()
    {
        var file = folder.Write("a.json", """{"train":[["one","x"],["two","y"]],"bad":[["one"]]}""");

        Assert.True(JsonSplits.IsOne(file + "#train"));
        Assert.False(JsonSplits.IsOne(file));
        Assert.Equal(["one||x|0", "two||y|0"], JsonSplits.Read(file + "#train").Select(Show));
        Assert.Contains("only train, bad", Assert.Throws<LearningException>(() => JsonSplits.Read(file + "#test")).Message, StringComparison.Ordinal);
        Assert.Contains("row 1 of 'bad'", Assert.Throws<LearningException>(() => JsonSplits.Read(file + "#bad")).Message, StringComparison.Ordinal);
        Assert.Throws<LearningException>(() => JsonSplits.Read(folder.Write("b.json", "[]") + "#train"));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.Throws<LearningException>(() => PlainText.Read(Path.Combine(folder.Path, "none")).Count());

        Assert.Contains(Path.Combine(folder.Path, "none"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Readers_stream_and_do_not_read_ahead()
    {
        var file = folder.Write("a", "a O\n\nb\n");

        Assert.Equal("a|O|1", Show(new ConllReader(new BadLineLog(BadLines.Stop)).Read(file).First()));
    }

    // Writes the byte FF for each #.
    private string WriteBroken(string text)
    {
        var path = Path.Combine(folder.Path, "a");
        File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes(text).Select(b => b == '#' ? (byte)0xFF : b)]);
        return path;
    }

    private static string Show(TaggedSentence sentence) => $"{string.Join(' ', sentence.Words)}|{string.Join(' ', sentence.Tags)}|{sentence.Line}";

    private static string Show(LabelledText row) => $"{row.Text}|{row.Pair}|{string.Join(',', row.Labels)}|{row.Line}";
}
