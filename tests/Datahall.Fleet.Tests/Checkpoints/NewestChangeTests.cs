using Datahall.Fleet.Checkpoints;

namespace Datahall.Fleet.Tests.Checkpoints;

public sealed class NewestChangeTests : IDisposable
{
    private static readonly DateTime Start = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly TemporaryDirectory directory = new();

    private string Root => directory.File("ckpt");

    // Minutes after the start, of files (a path) and directories (a path that ends in /); the directory itself is "/".
    public static TheoryData<string, int?> Trees => new()
    {
        { "", null },
        { "/=5", null }, // An empty directory: made, nothing saved.
        { "a=5 /=3", 5 },
        { "a=5 /=7", 7 },
        { "a=-5 /=-3", null },
        { "a=5 b=100 /=6", 6 },
        { "a=5 b.tmp=8 /=8", 5 },
        { "b.partial=8 /=8", null },
        { "a=5 s.tmp/x=8 s.tmp/=8 /=8", 5 },
        { "s1/x=5 s1/=4 /=3", 5 },
        { "s1/x=5 s1/=6 s2/=9 /=9", 6 },
        { "s1/x=5 s1/=5 s2/x=7 s2/y.tmp=9 s2/=9 /=8", 7 },
        { "s1/deep/x=9 s1/deep/=4 s1/=4 /=4", 4 }, // x is on the third level.
    };

    [Theory]
    [MemberData(nameof(Trees))]
    public void Of_gives_the_newest_finished_change_below_a_directory(string tree, int? expected)
    {
        Make(tree);

        Assert.Equal(expected is { } minutes ? Start.AddMinutes(minutes) : null, Find());
    }

    [Fact]
    public void Of_gives_the_time_of_a_file_over_links()
    {
        Make("real/a=5 real/=5 /=5");
        File.CreateSymbolicLink(directory.File("to-file"), Path.Combine(Root, "real/a"));
        Directory.CreateSymbolicLink(directory.File("to-directory"), Path.Combine(Root, "real"));

        Assert.Equal(Start.AddMinutes(5), Find("ckpt/real/a"));
        Assert.Equal(Start.AddMinutes(5), Find("to-file"));
        Assert.Equal(Start.AddMinutes(5), Find("to-directory"));
        Assert.Null(Find("ckpt/real/a/below-a-file"));
    }

    [Fact]
    public void Of_does_not_follow_a_link_that_leads_back()
    {
        Make("a=5 /=5");
        Directory.CreateSymbolicLink(Path.Combine(Root, "loop"), Root);

        Assert.NotEqual(Start.AddMinutes(5), NewestChange.Of(Root, Start, TimeProvider.System.GetUtcNow().UtcDateTime)); // The link's own time.
    }

    [Fact]
    public void Of_looks_at_a_thousand_entries_at_most()
    {
        Make(string.Join(' ', Enumerable.Range(0, 1200).Select(i => $"f{i}=5").Append("/=6")));

        Assert.Equal(Start.AddMinutes(6), Find());
    }

    public void Dispose() => directory.Dispose();

    private DateTime? Find(string path = "ckpt") => NewestChange.Of(directory.File(path), Start, Start.AddHours(1));

    private void Make(string tree)
    {
        var entries = tree.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('=')).ToList();
        foreach (var entry in entries.Select(entry => entry[0]))
        {
            var path = Path.Combine(Root, entry.TrimStart('/'));
            Directory.CreateDirectory(entry.EndsWith('/') ? path : Path.GetDirectoryName(path)!);
            if (!entry.EndsWith('/'))
            {
                File.WriteAllText(path, "");
            }
        }

        foreach (var entry in entries) // Last, for making one thing changes the time of another.
        {
            File.SetLastWriteTimeUtc(Path.Combine(Root, entry[0].TrimStart('/')), Start.AddMinutes(int.Parse(entry[1], System.Globalization.CultureInfo.InvariantCulture)));
        }
    }
}
