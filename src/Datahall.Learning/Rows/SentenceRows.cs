using Datahall.Learning.Data;

namespace Datahall.Learning.Rows;

/// <summary>Sentences with their tags.</summary>
internal sealed class SentenceRows : IRowFormat<TaggedSentence>
{
    private readonly SharedNames names = new();

    /// <inheritdoc/>
    public void Write(RowWriter writer, TaggedSentence row)
    {
        names.Write(writer, row.Source);
        writer.Write(row.Line);
        Words.Write(writer, row.Words);
        names.Write(writer, row.Tags);
    }

    /// <inheritdoc/>
    public TaggedSentence Read(ref RowReader reader)
    {
        var (source, line) = (names.Read(ref reader), reader.ReadInt());
        return new(Words.Read(ref reader), names.ReadAll(ref reader)) { Source = source, Line = line };
    }
}
