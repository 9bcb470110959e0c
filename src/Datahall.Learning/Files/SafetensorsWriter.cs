using System.Buffers.Binary;
using System.Text.Json;

namespace Datahall.Learning.Files;

/// <summary>Writes safetensors files whole or not at all: a full disk or a kill leaves the previous file as it was.</summary>
internal static class SafetensorsWriter
{
    /// <summary>Writes one file.</summary>
    /// <param name="path">The file; its folder is there.</param>
    /// <param name="tensors">The tensors, in any order: the file orders them by element size, then name, so that each is aligned.</param>
    /// <param name="metadata">Free texts for the header; null for Transformers' <c>format: pt</c>.</param>
    /// <exception cref="LearningException">Two tensors have one name, or bytes do not fit a shape.</exception>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = tensors.OrderByDescending(tensor => tensor.Type.ElementBytes).ThenBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
        var header = Header(path, ordered, metadata ?? new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.Write(path, file =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            file.Write(length);
            file.Write(header);
            foreach (var tensor in ordered)
            {
                file.Write(tensor.Bytes.Span);
            }
        });
    }

    /// <summary>Writes <c>model.safetensors</c>, or shards and their index when the tensors are larger than one shard.</summary>
    /// <param name="folder">The folder of the model; it is there.</param>
    /// <param name="tensors">The tensors.</param>
    /// <param name="shardBytes">The most that one file's tensors may have together, in bytes; a larger tensor gets a file of its own.</param>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    public static void WriteFolder(string folder, IEnumerable<StoredTensor> tensors, long shardBytes = 5_000_000_000)
    {
        List<List<StoredTensor>> shards = [[]];
        var (filled, total) = (0L, 0L);
        foreach (var tensor in tensors)
        {
            if (filled > 0 && filled + tensor.Bytes.Length > shardBytes)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(tensor);
            filled += tensor.Bytes.Length;
            total += tensor.Bytes.Length;
        }

        if (shards.Count == 1)
        {
            Write(Path.Combine(folder, "model.safetensors"), shards[0]);
            return;
        }

        List<KeyValuePair<string, string>> index = [];
        foreach (var (i, shard) in shards.Index())
        {
            var name = $"model-{i + 1:00000}-of-{shards.Count:00000}.safetensors";
            Write(Path.Combine(folder, name), shard);
            index.AddRange(shard.Select(tensor => KeyValuePair.Create(tensor.Name, name)));
        }

        AtomicFile.WriteText(Path.Combine(folder, ShardIndex.FileName), ShardIndex.Write(index, total));
        File.Delete(Path.Combine(folder, "model.safetensors")); // Readers prefer it, and it is the old model now.
    }

    private static byte[] Header(string path, List<StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            var (offset, before) = (0L, "");
            foreach (var tensor in tensors)
            {
                Check(path, tensor, before);
                WriteEntry(json, tensor, offset);
                (offset, before) = (offset + tensor.Bytes.Length, tensor.Name);
            }

            json.WriteEndObject();
        }

        var spaces = (int)((8 - buffer.Length % 8) % 8); // The data is aligned to 8 bytes.
        buffer.Write("       "u8[..spaces]);
        return buffer.ToArray();
    }

    private static void Check(string path, StoredTensor tensor, string before)
    {
        if (tensor.Name == before)
        {
            throw new LearningException($"{path}: two tensors have the name {tensor.Name}");
        }

        if (tensor.Count * tensor.Type.ElementBytes != tensor.Bytes.Length)
        {
            throw new LearningException(
                $"{path}: tensor {tensor.Name} has {tensor.Bytes.Length} bytes, its shape {StoredTensor.Text(tensor.Shape)} "
                + $"of {tensor.Type.SafetensorsName} needs {tensor.Count * tensor.Type.ElementBytes}");
        }
    }

    private static void WriteEntry(Utf8JsonWriter json, StoredTensor tensor, long offset)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.SafetensorsName);
        json.WriteStartArray("shape");
        foreach (var dimension in tensor.Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + tensor.Bytes.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
