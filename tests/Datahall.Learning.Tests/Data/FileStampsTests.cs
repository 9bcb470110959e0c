using Datahall.Learning.Data;

namespace Datahall.Learning.Tests.Data;

public sealed class FileStampsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_is_changed_is_named()
    {
        var (same, longer, newer) = (folder.Write("same", "a"), folder.Write("longer", "a"), folder.Write("newer", "a"));
        var (stamps, others) = (FileStamps.Take([same, longer]), FileStamps.Take([same, newer, folder.File("missing")]));
        stamps.Check();

        File.AppendAllText(longer, "b");
        File.SetLastWriteTimeUtc(newer, File.GetLastWriteTimeUtc(newer).AddSeconds(1));

        Assert.Contains($"{longer} was changed while it was read", Assert.Throws<LearningException>(stamps.Check).Message, StringComparison.Ordinal);
        Assert.Contains($"{newer} was changed", Assert.Throws<LearningException>(others.Check).Message, StringComparison.Ordinal);
    }
}
