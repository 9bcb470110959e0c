namespace Datahall.Learning.Tests;

/// <summary>A directory of a test's own, gone afterwards; and the golden files beside the tests.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("datahall-learning-").FullName;

    /// <summary>A golden file or folder of a capability.</summary>
    public static string Golden(string capability, params string[] names) =>
        System.IO.Path.Combine([AppContext.BaseDirectory, capability, "Golden", .. names]);

    /// <summary>The path of a file or folder in it.</summary>
    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
