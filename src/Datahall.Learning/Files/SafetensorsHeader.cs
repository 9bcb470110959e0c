using System.Buffers.Binary;
using System.Text.Json;

namespace Datahall.Learning.Files;

/// <summary>The header of a safetensors file: names, types, shapes and places of its tensors.</summary>
/// <remarks>
/// The format: 8 bytes little-endian length n; n bytes of JSON; then the tensors' bytes. Offsets count from the first byte behind the
/// header, and the tensors cover what follows without hole or overlap. Source: safetensors, README, section Format.
/// </remarks>
internal sealed record SafetensorsHeader(
    IReadOnlyList<SafetensorsHeader.Entry> Entries, IReadOnlyDictionary<string, string> Metadata, long DataStart)
{
    /// <summary>The longest header that is read, in bytes: the limit of the reference implementation.</summary>
    public const long LengthLimit = 100_000_000;

    /// <summary>A tensor's line of the header; offsets are in bytes from the first byte behind the header.</summary>
    internal sealed record Entry(string Name, TensorType Type, long[] Shape, long Begin, long End)
    {
        /// <summary>Refuses an entry whose shape and place do not have the same size.</summary>
        public void CheckSize(string path)
        {
            var bytes = Shape.Aggregate((Int128)Type.ElementBytes, (size, dimension) => dimension < 0 || size < 0 ? -1 : size * dimension);
            if (Begin < 0 || bytes != (Int128)End - Begin)
            {
                throw new LearningException(
                    $"{path}: tensor {Name} of type {Type.SafetensorsName} and shape {StoredTensor.Text(Shape)} needs {bytes} bytes, "
                    + $"its place has {(Int128)End - Begin} (bytes {Begin} to {End})");
            }

            if (bytes > int.MaxValue)
            {
                throw new LearningException($"{path}: tensor {Name} has {bytes} bytes; one tensor may have at most {int.MaxValue}");
            }
        }
    }

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="LearningException">The file is cut short or its header contradicts itself or the file.</exception>
    public static SafetensorsHeader Read(MappedFile file, string path)
    {
        if (file.Length < 8)
        {
            throw new LearningException($"{path} is no safetensors file: {file.Length} bytes, shorter than the length of its header");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, 8).Span);
        if (length > LengthLimit)
        {
            throw new LearningException($"{path} is no safetensors file: its header would be {length} bytes long, the limit is {LengthLimit}");
        }

        if ((long)length > file.Length - 8)
        {
            throw new LearningException(
                $"{path} is cut short: its header should have {length} bytes, {file.Length - 8} are there; copy the file again");
        }

        try
        {
            using var json = JsonDocument.Parse(file.Slice(8, (int)length), new() { AllowDuplicateProperties = false });
            var header = Parse(json.RootElement, path, 8 + (long)length);
            header.CheckPlaces(file.Length, path);
            return header;
        }
        catch (JsonException e)
        {
            throw new LearningException($"{path} is no safetensors file: its header is not JSON ({e.Message})", e);
        }
    }

    private static SafetensorsHeader Parse(JsonElement root, string path, long dataStart)
    {
        List<Entry> entries = [];
        Dictionary<string, string> metadata = [];
        foreach (var property in root.EnumerateObject())
        {
            try
            {
                if (property.Name == "__metadata__")
                {
                    metadata = property.Value.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString() ?? "");
                }
                else
                {
                    entries.Add(ParseEntry(property.Name, property.Value, path));
                }
            }
            catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException)
            {
                throw new LearningException(
                    $"{path}: the header of {property.Name} should have dtype, shape and two data_offsets: {e.Message}", e);
            }
        }

        return new(entries, metadata, dataStart);
    }

    private static Entry ParseEntry(string name, JsonElement value, string path)
    {
        var type = value.GetProperty("dtype").GetString() ?? "";
        long[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(item => item.GetInt64())];
        long[] offsets = [.. value.GetProperty("data_offsets").EnumerateArray().Select(item => item.GetInt64())];
        var entry = new Entry(
            name,
            TensorTypes.Find(type) ?? throw new LearningException($"{path}: tensor {name} has the type {type}, which is not known here"),
            shape,
            offsets.Length == 2 ? offsets[0] : throw new FormatException($"{offsets.Length} data_offsets"),
            offsets[1]);
        entry.CheckSize(path);
        return entry;
    }

    private void CheckPlaces(long fileLength, string path)
    {
        var (end, before) = (0L, "the header");
        foreach (var entry in Entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != end)
            {
                throw new LearningException(entry.Begin < end
                    ? $"{path}: tensor {entry.Name} begins at byte {entry.Begin}, before {before} ends at byte {end}; the file is damaged"
                    : $"{path}: {entry.Begin - end} bytes before tensor {entry.Name} belong to no tensor; the file is damaged");
            }

            (end, before) = (entry.End, entry.Name);
            if (DataStart + end > fileLength)
            {
                throw new LearningException(
                    $"{path} is cut short: tensor {entry.Name} ends at byte {DataStart + end}, the file at {fileLength}; copy the file again");
            }
        }

        if (DataStart + end != fileLength)
        {
            throw new LearningException($"{path}: {fileLength - DataStart - end} bytes behind tensor {before} belong to no tensor");
        }
    }
}
