using Datahall.Learning.Tasks;

namespace Datahall.Learning.Rows;

/// <summary>Texts as a model sees them.</summary>
internal sealed class ExampleRows : IRowFormat<TextExample>
{
    /// <inheritdoc/>
    public void Write(RowWriter writer, TextExample row)
    {
        writer.Write(row.Row);
        writer.Write(row.Ids.AsSpan());
        writer.Write(row.SecondStart);
        writer.Write(row.Partner.AsSpan());
        writer.Write(row.Surface.AsSpan());
    }

    /// <inheritdoc/>
    public TextExample Read(ref RowReader reader)
    {
        var (row, ids, secondStart) = (reader.ReadInt(), reader.ReadInts(), reader.ReadInt());
        return new(ids, secondStart) { Row = row, Partner = reader.ReadInts(), Surface = reader.ReadInts() };
    }
}
