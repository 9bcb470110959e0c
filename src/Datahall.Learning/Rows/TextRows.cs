using Datahall.Learning.Data;

namespace Datahall.Learning.Rows;

/// <summary>Texts with their labels.</summary>
internal sealed class TextRows : IRowFormat<LabelledText>
{
    private readonly SharedNames names = new();

    /// <inheritdoc/>
    public void Write(RowWriter writer, LabelledText row)
    {
        names.Write(writer, row.Source);
        writer.Write(row.Line);
        writer.Write(row.Text);
        writer.Write(row.Pair is null ? 0 : 1);
        if (row.Pair is { } pair)
        {
            writer.Write(pair);
        }

        names.Write(writer, row.Labels);
    }

    /// <inheritdoc/>
    public LabelledText Read(ref RowReader reader)
    {
        var (source, line, text) = (names.Read(ref reader), reader.ReadInt(), reader.ReadText());
        var pair = reader.ReadInt() == 0 ? null : reader.ReadText();
        return new(text, pair, names.ReadAll(ref reader)) { Source = source, Line = line };
    }
}
