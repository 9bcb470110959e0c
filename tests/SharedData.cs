namespace Datahall;

/// <summary>Finds the shared data that is not part of the repository.</summary>
internal static class SharedData
{
    /// <summary>A file's path; the test is skipped with the reason when it is not there.</summary>
    public static string Find(string path)
    {
        var root = Environment.GetEnvironmentVariable("DATAHALL_SHARED") ?? Path.Combine(RepositoryRoot(), "..", "shared");
        var file = Path.GetFullPath(Path.Combine(root, "data", path));
        Assert.SkipUnless(File.Exists(file), $"{file} is not here; set DATAHALL_SHARED to the folder that holds data/{path}");
        return file;
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Datahall.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("this test does not run inside the repository");
        }

        return folder;
    }
}
