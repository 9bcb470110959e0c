namespace Datahall.Learning.Rows;

/// <summary>How rows are written to disk. One format serves one list: it may keep what many rows share.</summary>
internal interface IRowFormat<T>
{
    /// <summary>Writes a row.</summary>
    void Write(RowWriter writer, T row);

    /// <summary>Reads a row that was written: all that is equal but identity.</summary>
    T Read(ref RowReader reader);
}
