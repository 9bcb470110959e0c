namespace Datahall.Learning.Rows;

/// <summary>Names that many rows share, such as tags, labels and files: they are in memory once, and rows hold their numbers.</summary>
internal sealed class SharedNames
{
    private readonly List<string> names = [];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    /// <summary>Writes the numbers of names.</summary>
    public void Write(RowWriter writer, IReadOnlyList<string> all)
    {
        writer.Write(all.Count);
        foreach (var name in all)
        {
            Write(writer, name);
        }
    }

    /// <summary>Writes the number of a name, or of null.</summary>
    public void Write(RowWriter writer, string? name)
    {
        if (name is null)
        {
            writer.Write(0);
            return;
        }

        if (!numbers.TryGetValue(name, out var number))
        {
            names.Add(name);
            number = numbers[name] = names.Count;
        }

        writer.Write(number);
    }

    /// <summary>Reads names by their numbers.</summary>
    public string[] ReadAll(ref RowReader reader)
    {
        var all = new string[reader.ReadInt()];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = Read(ref reader)!;
        }

        return all;
    }

    /// <summary>Reads a name by its number.</summary>
    public string? Read(ref RowReader reader) => reader.ReadInt() is > 0 and var number ? names[number - 1] : null;
}
