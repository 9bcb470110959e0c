namespace Datahall.Learning.Natives;

public sealed class VersionNeedsTests
{
    private static readonly string bridge = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

    [Fact]
    public void WeakenUnused_weakens_the_version_that_only_an_anchor_uses()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ELF libraries are those of Linux");
        var original = File.ReadAllBytes(bridge);

        var (library, weakened) = VersionNeeds.WeakenUnused(original, bridge);

        Assert.Equal(["GLIBCXX_3.4.32"], weakened);
        Assert.Single(Enumerable.Range(0, original.Length), i => original[i] != library[i]);
    }

    [Fact]
    public void WeakenUnused_leaves_a_patched_library_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ELF libraries are those of Linux");
        var patched = VersionNeeds.WeakenUnused(File.ReadAllBytes(bridge), bridge).Library;

        var (library, weakened) = VersionNeeds.WeakenUnused(patched, bridge);

        Assert.Empty(weakened);
        Assert.Equal(patched, library);
    }

    [Fact]
    public void WeakenUnused_refuses_what_is_no_library()
    {
        var thrown = Assert.Throws<LearningException>(() => VersionNeeds.WeakenUnused(new byte[100], "notes.txt"));

        Assert.StartsWith("notes.txt is no 64-bit little-endian ELF library", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(4096)]
    [InlineData(200_000)]
    public void WeakenUnused_refuses_a_library_cut_short(int length)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ELF libraries are those of Linux");
        var cut = File.ReadAllBytes(bridge)[..length];

        var thrown = Assert.Throws<LearningException>(() => VersionNeeds.WeakenUnused(cut, "cut.so"));

        Assert.StartsWith($"cut.so is cut short ({length} bytes)", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PatchedCopy_is_written_once_into_the_first_folder_that_takes_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ELF libraries are those of Linux");
        var folder = Directory.CreateTempSubdirectory().FullName;
        var file = Path.Combine(folder, "a file, no folder");
        File.WriteAllText(file, "");

        var copy = NativeLibraries.PatchedCopy(bridge, [file, Path.Combine(folder, "cache")]);
        var written = File.GetLastWriteTimeUtc(copy);
        var again = NativeLibraries.PatchedCopy(bridge, [Path.Combine(folder, "cache")]);

        Assert.Equal(Path.Combine(folder, "cache"), Path.GetDirectoryName(copy));
        Assert.Equal(copy, again);
        Assert.Equal(written, File.GetLastWriteTimeUtc(again));
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "cache")));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Prepare_makes_tensors_work_and_may_be_called_again()
    {
        NativeLibraries.Prepare();
        NativeLibraries.Prepare();

        using var three = TorchSharp.torch.ones(3).sum();
        Assert.Equal(3f, three.item<float>());
    }
}
