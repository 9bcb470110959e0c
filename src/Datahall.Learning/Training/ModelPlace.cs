namespace Datahall.Learning.Training;

/// <summary>Puts a model where users look for it.</summary>
internal static class ModelPlace
{
    /// <summary>Copies a checkpoint's model, without what only training needs. What stood there stays until the copy is whole.</summary>
    public static void Copy(string checkpoint, string folder)
    {
        var (partial, old) = (folder + ".partial", folder + ".old");
        Remove(partial);
        Remove(old);
        Directory.CreateDirectory(partial);
        foreach (var file in Directory.EnumerateFiles(checkpoint).Where(static file => !TrainingStateFile.Owns(Path.GetFileName(file))))
        {
            File.Copy(file, Path.Combine(partial, Path.GetFileName(file)));
        }

        if (Directory.Exists(folder))
        {
            Directory.Move(folder, old);
        }

        Directory.Move(partial, folder);
        Remove(old);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
