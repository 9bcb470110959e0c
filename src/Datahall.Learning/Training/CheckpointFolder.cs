using System.Text.Json;
using System.Text.Json.Serialization;

namespace Datahall.Learning.Training;

/// <summary>The checkpoints of a run: folders by step, and an index that names the last and the best.</summary>
/// <remarks>
/// The index is renamed into place after all it names is on disk. A kill, or a full disk, at any point leaves the checkpoint before it whole.
/// </remarks>
internal sealed class CheckpointFolder(string root)
{
    private static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly string indexPath = Path.Combine(root, "checkpoints.json");
    private Index index = new();

    /// <summary>The last checkpoint's folder; null: there is none.</summary>
    public string? Last => PathOf(index.Last);

    /// <summary>The best one's; null: there is none.</summary>
    public string? Best => PathOf(index.Best);

    /// <summary>Reads the index, and removes what a kill left half written.</summary>
    /// <exception cref="LearningException">The index cannot be read.</exception>
    public void Open()
    {
        Directory.CreateDirectory(root);
        Look();
        Clean();
    }

    /// <summary>Reads the index and changes nothing: another process may be at work.</summary>
    /// <exception cref="LearningException">The index cannot be read.</exception>
    public void Look()
    {
        if (File.Exists(indexPath))
        {
            try
            {
                index = JsonSerializer.Deserialize<Index>(File.ReadAllBytes(indexPath), options) ?? new();
            }
            catch (JsonException e)
            {
                throw new LearningException($"{indexPath}: not readable ({e.Message}); remove it to begin anew", e);
            }
        }
    }

    /// <summary>Writes a checkpoint. One of the last step is there already, and is only marked when it is the best.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="isBest">Whether it is the best so far.</param>
    /// <param name="write">Writes its files into the folder given, each of them to the disk.</param>
    /// <exception cref="LearningException">It could not be written; the one before it still stands.</exception>
    public void Write(long step, bool isBest, Action<string> write)
    {
        var name = FormattableString.Invariant($"step-{step:D8}");
        var path = Path.Combine(root, name);
        var partial = path + ".partial";
        try
        {
            // A kill between a removal and a move would leave an index that names nothing.
            if (name != index.Last)
            {
                Remove(partial);
                Directory.CreateDirectory(partial);
                write(partial);
                Remove(path);
                Directory.Move(partial, path);
            }

            var next = index with { Last = name, Best = isBest ? name : index.Best };
            WriteIndex(next);
            index = next;
            Clean();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(partial);
            throw new LearningException($"checkpoint {name} could not be written to {root}: {e.Message}{(Last is { } last ? $"; the one before it, {last}, is whole" : "")}", e);
        }
    }

    private string? PathOf(string? name) => name is null ? null : Path.Combine(root, name);

    private void WriteIndex(Index next)
    {
        var temporary = indexPath + ".partial";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, next, options);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, indexPath, overwrite: true);
    }

    private void Clean()
    {
        foreach (var folder in Directory.EnumerateDirectories(root, "step-*"))
        {
            if (Path.GetFileName(folder) is var name && name != index.Last && name != index.Best)
            {
                Remove(folder);
            }
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed record Index
    {
        public string? Last { get; init; }

        public string? Best { get; init; }
    }
}
