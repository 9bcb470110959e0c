using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Datahall.Cli.Analyze;

/// <summary>The template of each line, as CSV.</summary>
/// <remarks>Templates become cases of others until the last line, so what is known at first waits in a file beside, and memory grows with the templates only.</remarks>
internal sealed class AssignmentFile : IDisposable
{
    private const int RowBytes = 12;

    private readonly string path;
    private readonly FileStream waiting;
    private readonly Dictionary<int, int> merged = [];
    private readonly byte[] row = new byte[RowBytes];

    private AssignmentFile(string path, FileStream waiting) => (this.path, this.waiting) = (path, waiting);

    public static AssignmentFile Create(string path)
    {
        try
        {
            File.WriteAllText(path, "LineId,EventId\n"); // Whether it can be written is better known before the reading than after it.
            return new(path, new(path + ".part", FileMode.Create, FileAccess.ReadWrite, FileShare.None, 256 * 1024, FileOptions.DeleteOnClose));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Refused($"the assignments cannot be written to {path}: {e.Message}");
        }
    }

    public void Add(long line, int template)
    {
        BinaryPrimitives.WriteInt64LittleEndian(row, line);
        BinaryPrimitives.WriteInt32LittleEndian(row.AsSpan(8), template);
        waiting.Write(row);
    }

    public void Merge(int from, int into) => merged[from] = into;

    /// <summary>Writes the file, with the templates as they are known at the end.</summary>
    public void Finish()
    {
        waiting.Position = 0;
        using var text = new StreamWriter(path, append: true, new UTF8Encoding(false), 256 * 1024) { NewLine = "\n" };
        while (waiting.ReadAtLeast(row, RowBytes, throwOnEndOfStream: false) == RowBytes)
        {
            text.Write(string.Create(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadInt64LittleEndian(row)},E{Final(BinaryPrimitives.ReadInt32LittleEndian(row.AsSpan(8)))}\n"));
        }
    }

    public void Dispose() => waiting.Dispose();

    private int Final(int template)
    {
        while (merged.TryGetValue(template, out var into))
        {
            template = into;
        }

        return template;
    }
}
