using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Rows;
using Datahall.Learning.Tasks;

namespace Datahall.Learning.Tests.Rows;

public sealed class DiskRowsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Word(Random random)
    {
        string[] parts = ["a", "Z", "é", "中", "😀", " ", "\t", "\"", "", "\uFFFD"];
        return string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
    }

    private static T[] Many<T>(Random random, Func<T> make, int most = 9) => [.. Enumerable.Range(0, random.Next(most)).Select(_ => make())];

    private static int Number(Random random) => random.Next(4) switch { 0 => random.Next(128), 1 => random.Next(1 << 14), 2 => random.Next(), _ => int.MaxValue };

    private static TaggedSentence Sentence(Random random)
    {
        var words = Many(random, () => Word(random));
        return new(words, [.. words.Select(_ => $"B-{random.Next(5)}")]) { Source = random.Next(3) == 0 ? null : $"file{random.Next(3)}", Line = Number(random) };
    }

    /// <summary>Enough rows that most of them are on disk; read in any order, and while others are added.</summary>
    private void AllComeBack<T>(IRowFormat<T> format, Func<Random, T> make)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var rows = new DiskRows<T>(folder.Path, format);
        var expected = new List<T>();
        for (var i = 0; i < 20_000; i++)
        {
            expected.Add(make(random));
            rows.Add(expected[^1]);
            var at = random.Next(expected.Count);
            Same(at, rows[at]);
        }

        Assert.Equal(expected.Count, rows.Count);
        foreach (var (i, row) in rows.Index())
        {
            Same(i, row);
        }

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path)); // The files have no names.

        void Same(int at, T row)
        {
            var (wanted, found) = (System.Text.Json.JsonSerializer.Serialize(expected[at]), System.Text.Json.JsonSerializer.Serialize(row));
            Assert.True(wanted == found, $"seed {seed}, row {at}: {wanted} came back as {found}");
        }
    }

    [Fact]
    public void Sentences_come_back_as_they_were() => AllComeBack(new SentenceRows(), Sentence);

    [Fact]
    public void Texts_come_back_as_they_were() => AllComeBack(new TextRows(), static random =>
        new LabelledText(Word(random), random.Next(2) == 0 ? null : Word(random), Many(random, () => $"label {random.Next(4)}")) { Source = "file", Line = Number(random) });

    [Fact]
    public void Examples_come_back_as_they_were() => AllComeBack(new ExampleRows(), static random =>
        new TextExample([1, .. Many(random, () => Number(random))], random.Next(2)) { Row = Number(random), Partner = Many(random, () => Number(random)), Surface = Many(random, () => Number(random)) });

    [Fact]
    public void Windows_of_words_come_back_as_they_were() => AllComeBack(new WindowRows(), static random =>
        new WordWindow(Number(random), Many(random, () => Number(random)), Number(random), Many(random, () => Number(random)), Many(random, () => Many(random, () => Number(random)))));

    [Fact]
    public void Predictions_come_back_as_they_were() => AllComeBack(new PredictionRows(), static random =>
        Sentence(random) is var own ? new PredictedSentence(own.Words, own.Tags, own.Tags, Word(random)) { GoldProbability = random.Next(2) == 0 ? null : random.NextDouble() } : null!);

    [Fact]
    public void Numbers_come_back_to_the_bit() => AllComeBack(new FloatRows(), static random => Many(random, random.NextSingle, 200));

    [Fact]
    public void Windows_hold_all_rows_in_order_and_no_more_than_they_may()
    {
        using var rows = new DiskRows<float[]>(folder.Path, new FloatRows());
        float[][] sizes = [.. Enumerable.Repeat(new float[1], 10_000), new float[1 << 20], .. Enumerable.Repeat(new float[1 << 16], 20), [7]];
        rows.With(sizes);

        var windows = rows.Windows().ToList();

        Assert.Equal(sizes.Select(static row => row.Length), windows.SelectMany(static window => window).Select(static row => row.Length));
        Assert.All(windows, static window => Assert.True(window.Count <= 4096 && (window.Count == 1 || window.Sum(static row => row.Length * sizeof(float)) <= 1 << 20)));
        Assert.Equal([4096, 4096, 1808, 1, 3, 3, 3, 3, 3, 3, 3], windows.Select(static window => window.Count));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        using var rows = new DiskRows<float[]>(Path.Combine(folder.Write("file", ""), "below"), new FloatRows());

        var problem = Assert.Throws<LearningException>(() => rows.Add(new float[1 << 20])).Message;

        Assert.Contains($"{folder.File("file", "below")}: rows that were read cannot be kept there", problem, StringComparison.Ordinal);
    }
}
