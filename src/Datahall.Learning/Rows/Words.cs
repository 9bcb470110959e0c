namespace Datahall.Learning.Rows;

/// <summary>Words of a sentence.</summary>
internal static class Words
{
    /// <summary>Writes them.</summary>
    public static void Write(RowWriter writer, IReadOnlyList<string> words)
    {
        writer.Write(words.Count);
        foreach (var word in words)
        {
            writer.Write(word);
        }
    }

    /// <summary>Reads them.</summary>
    public static string[] Read(ref RowReader reader)
    {
        var words = new string[reader.ReadInt()];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = reader.ReadText();
        }

        return words;
    }
}
