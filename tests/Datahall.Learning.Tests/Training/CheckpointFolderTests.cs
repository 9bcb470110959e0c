using Datahall.Learning.Training;

namespace Datahall.Learning.Tests.Training;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-checkpoints-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    private CheckpointFolder Open()
    {
        var folder = new CheckpointFolder(root);
        folder.Open();
        return folder;
    }

    private static void Write(CheckpointFolder folder, long step, bool isBest) =>
        folder.Write(step, isBest, path => File.WriteAllText(Path.Combine(path, "model"), $"{step}"));

    [Fact]
    public void The_last_and_the_best_are_kept_and_found_again()
    {
        var folder = Open();

        Write(folder, 10, isBest: true);
        Write(folder, 20, isBest: false);
        Write(folder, 30, isBest: false);

        var again = Open();
        Assert.Equal("30", File.ReadAllText(Path.Combine(again.Last!, "model")));
        Assert.Equal("10", File.ReadAllText(Path.Combine(again.Best!, "model")));
        Assert.Equal(2, Directory.GetDirectories(root).Length);
    }

    [Fact]
    public void A_write_that_fails_leaves_the_one_before_it_and_says_so()
    {
        var folder = Open();
        Write(folder, 10, isBest: true);

        var failure = Assert.Throws<LearningException>(() => folder.Write(20, isBest: true, static path =>
        {
            File.WriteAllText(Path.Combine(path, "half"), "");
            throw new IOException("No space left on device");
        }));

        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
        Assert.Contains("step-00000010, is whole", failure.Message, StringComparison.Ordinal);
        Assert.Equal("10", File.ReadAllText(Path.Combine(Open().Last!, "model")));
        Assert.Single(Directory.GetDirectories(root));
    }

    [Fact]
    public void The_last_one_is_not_written_again()
    {
        var folder = Open();
        Write(folder, 10, isBest: false);

        folder.Write(10, isBest: true, static _ => throw new IOException("nothing is to be written"));

        Assert.Equal("10", File.ReadAllText(Path.Combine(Open().Best!, "model")));
    }

    [Fact]
    public void To_look_changes_nothing()
    {
        Write(Open(), 10, isBest: true);
        Directory.CreateDirectory(Path.Combine(root, "step-00000020.partial")); // Another process writes it.
        var folder = new CheckpointFolder(root);

        folder.Look();

        Assert.EndsWith("step-00000010", folder.Last, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetDirectories(root).Length);
    }

    [Fact]
    public void What_a_kill_left_half_written_is_removed()
    {
        Write(Open(), 10, isBest: true);
        Directory.CreateDirectory(Path.Combine(root, "step-00000020.partial"));
        Directory.CreateDirectory(Path.Combine(root, "step-00000020")); // Moved into place, not in the index yet.

        var folder = Open();

        Assert.EndsWith("step-00000010", folder.Last, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(root));
    }

    [Fact]
    public void An_index_that_is_no_index_is_named()
    {
        File.WriteAllText(Path.Combine(root, "checkpoints.json"), "{");

        Assert.Contains("checkpoints.json: not readable", Assert.Throws<LearningException>(Open).Message, StringComparison.Ordinal);
    }
}
