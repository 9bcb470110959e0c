namespace Datahall.Learning.Files;

/// <summary>The tensors of a safetensors file, or of all the shards of a sharded model, mapped into memory.</summary>
/// <remarks>Safe for use by many threads. The tensors' bytes must not be used after <see cref="Dispose"/>.</remarks>
internal sealed class SafetensorsFile : IDisposable
{
    private readonly List<MappedFile> files = [];
    private readonly Dictionary<string, StoredTensor> tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    private SafetensorsFile(string path) => FilePath = path;

    /// <summary>The file, or the index of a sharded model.</summary>
    public string FilePath { get; }

    /// <summary>All tensors, by their names.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => tensors;

    /// <summary>The free texts of the header; of a sharded model those of all shards.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Opens one file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="LearningException">It is not there, is cut short, or its header is wrong; the message names the tensor.</exception>
    public static SafetensorsFile Open(string path) => Open(path, [path]);

    /// <summary>Opens <c>model.safetensors</c> of a folder, or the shards that <c>model.safetensors.index.json</c> names.</summary>
    /// <param name="folder">The folder of a model.</param>
    /// <exception cref="LearningException">Neither is there, a shard is missing or wrong, or lacks a tensor of the index.</exception>
    public static SafetensorsFile OpenFolder(string folder)
    {
        var single = Path.Combine(folder, "model.safetensors");
        var index = Path.Combine(folder, ShardIndex.FileName);
        if (File.Exists(single) || !File.Exists(index))
        {
            return Open(single);
        }

        var shards = ShardIndex.Read(index);
        var all = Open(index, shards.Values.Distinct(StringComparer.Ordinal).Select(shard => Path.Combine(folder, shard)));
        foreach (var (name, shard) in shards)
        {
            if (!all.tensors.ContainsKey(name))
            {
                all.Dispose();
                throw new LearningException($"{index} puts tensor {name} into {shard}, where it is not; the files are of two models");
            }
        }

        return all;
    }

    /// <summary>A tensor by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="LearningException">There is none of that name; the message lists names that are alike.</exception>
    public StoredTensor this[string name] => tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new LearningException($"{FilePath} has no tensor {name}; it has {Alike(name)}");

    /// <inheritdoc/>
    public void Dispose()
    {
        files.ForEach(file => file.Dispose());
        tensors.Clear();
    }

    private static SafetensorsFile Open(string path, IEnumerable<string> shards)
    {
        var opened = new SafetensorsFile(path);
        try
        {
            foreach (var shard in shards)
            {
                opened.Add(shard);
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private void Add(string path)
    {
        if (!File.Exists(path))
        {
            throw new LearningException($"{path} is not there");
        }

        if (new FileInfo(path).Length == 0)
        {
            throw new LearningException($"{path} is empty; copy the file again");
        }

        var file = new MappedFile(path);
        files.Add(file);
        var header = SafetensorsHeader.Read(file, path);
        foreach (var entry in header.Entries)
        {
            var bytes = file.Slice(header.DataStart + entry.Begin, (int)(entry.End - entry.Begin));
            if (!tensors.TryAdd(entry.Name, new(entry.Name, entry.Type, entry.Shape, bytes)))
            {
                throw new LearningException($"{path}: tensor {entry.Name} is in another shard too");
            }
        }

        foreach (var (key, value) in header.Metadata)
        {
            metadata[key] = value;
        }
    }

    private string Alike(string name)
    {
        var last = name[(name.LastIndexOf('.') + 1)..];
        var names = tensors.Keys.Order(StringComparer.Ordinal).ToList();
        var alike = names.Where(other => other.EndsWith(last, StringComparison.Ordinal)).Take(3).ToList();
        return $"{names.Count} tensors, such as {string.Join(", ", alike.Count > 0 ? alike : names.Take(3))}";
    }
}
