namespace Datahall.Learning.Files;

/// <summary>Sizes of element types and their names in safetensors files.</summary>
internal static class TensorTypes
{
    private static readonly (string Name, int Bytes)[] table =
    [
        ("F32", 4), ("F64", 8), ("F16", 2), ("BF16", 2), ("I64", 8), ("I32", 4), ("I16", 2), ("I8", 1), ("U8", 1), ("BOOL", 1),
    ];

    extension(TensorType type)
    {
        /// <summary>The size of one element, in bytes.</summary>
        public int ElementBytes => table[(int)type].Bytes;

        /// <summary>The name in the header of a safetensors file.</summary>
        public string SafetensorsName => table[(int)type].Name;
    }

    /// <summary>The type with that name in a safetensors header; null when we do not know it.</summary>
    public static TensorType? Find(string safetensorsName)
    {
        var index = Array.FindIndex(table, entry => entry.Name == safetensorsName);
        return index < 0 ? null : (TensorType)index;
    }
}
