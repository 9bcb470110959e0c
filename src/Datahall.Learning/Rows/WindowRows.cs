using Datahall.Learning.Pipelines;

namespace Datahall.Learning.Rows;

/// <summary>Parts of sentences as a model sees them.</summary>
internal sealed class WindowRows : IRowFormat<WordWindow>
{
    /// <inheritdoc/>
    public void Write(RowWriter writer, WordWindow row)
    {
        writer.Write(row.Sentence);
        writer.Write(row.Ids.AsSpan());
        writer.Write(row.FirstWord);
        writer.Write(row.FirstPieces.AsSpan());
        writer.Write(row.Surface.Length);
        foreach (var features in row.Surface)
        {
            writer.Write(features.AsSpan());
        }
    }

    /// <inheritdoc/>
    public WordWindow Read(ref RowReader reader)
    {
        var (sentence, ids, firstWord, firstPieces) = (reader.ReadInt(), reader.ReadInts(), reader.ReadInt(), reader.ReadInts());
        var surface = new int[reader.ReadInt()][];
        for (var i = 0; i < surface.Length; i++)
        {
            surface[i] = reader.ReadInts();
        }

        return new(sentence, ids, firstWord, firstPieces, surface);
    }
}
