namespace Datahall.Learning.Rows;

/// <summary>Probabilities, or vectors.</summary>
internal sealed class FloatRows : IRowFormat<float[]>
{
    /// <inheritdoc/>
    public void Write(RowWriter writer, float[] row) => writer.Write(row.AsSpan());

    /// <inheritdoc/>
    public float[] Read(ref RowReader reader) => reader.ReadFloats();
}
