using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Datahall.Cli.Analyze;

/// <summary>The template of each line, as CSV.</summary>
/// <remarks>Templates become cases of others until the last line, so what is known at first waits in a file beside that has a name of its own, and memory grows with the templates only.</remarks>
internal sealed class AssignmentFile : IDisposable
{
    private const int RowBytes = 12;
    private const int BufferBytes = 256 * 1024;

    private readonly string path;
    private readonly Stream output;
    private readonly Stream waiting;
    private readonly Dictionary<int, int> merged = [];
    private readonly byte[] row = new byte[RowBytes];

    /// <summary>An assignment that has no row yet.</summary>
    /// <param name="path">The name of the file, for messages.</param>
    /// <param name="output">The file; its heading is written.</param>
    /// <param name="waiting">Where rows wait; to be read and written.</param>
    public AssignmentFile(string path, Stream output, Stream waiting) => (this.path, this.output, this.waiting) = (path, output, waiting);

    /// <summary>Begins the file: whether it can be written is better known before the reading than after it.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="log">The log that is read; it is not to be written over.</param>
    /// <exception cref="CommandFailure">It cannot be written, or is the log itself.</exception>
    public static AssignmentFile Create(string path, SafeFileHandle log)
    {
        FileStream? output = null;
        try
        {
            output = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 0); // Not cut before it is known to be another file.
            if (FileIdentity.AreSame(log, output.SafeFileHandle))
            {
                throw CommandFailure.Usage($"{path} is the log itself; name another file for the assignments");
            }

            var isFile = FileIdentity.IsFile(output.SafeFileHandle);
            if (isFile)
            {
                output.SetLength(0);
            }

            output.Write("LineId,EventId\n"u8);
            return new(path, output, Waiting(isFile ? Path.GetDirectoryName(Path.GetFullPath(path))! : Path.GetTempPath()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            output?.Dispose();
            throw Failure(path, e);
        }
        catch (CommandFailure)
        {
            output?.Dispose();
            throw;
        }
    }

    public void Add(long line, int template)
    {
        BinaryPrimitives.WriteInt64LittleEndian(row, line);
        BinaryPrimitives.WriteInt32LittleEndian(row.AsSpan(8), template);
        try
        {
            waiting.Write(row);
        }
        catch (IOException e)
        {
            throw Failure(path, e);
        }
    }

    public void Merge(int from, int into) => merged[from] = into;

    /// <summary>Writes the file, with the templates as they are known at the end.</summary>
    public void Finish()
    {
        try
        {
            WriteRows();
        }
        catch (IOException e)
        {
            throw Failure(path, e);
        }
    }

    public void Dispose()
    {
        foreach (var file in (Stream[])[waiting, output])
        {
            try
            {
                file.Dispose();
            }
            catch (IOException)
            {
                // What could not be written was told when it was tried; a second failure would hide the first.
            }
        }
    }

    private static FileStream Waiting(string directory) => new(
        Path.Combine(directory, $".datahall-{Path.GetRandomFileName()}.part"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.DeleteOnClose);

    private static CommandFailure Failure(string path, Exception e) => CommandFailure.Refused($"the assignments cannot be written to {path}: {e.Message}");

    private void WriteRows()
    {
        waiting.Position = 0;
        using var text = new StreamWriter(output, new UTF8Encoding(false), BufferBytes, leaveOpen: true);
        while (waiting.ReadAtLeast(row, RowBytes, throwOnEndOfStream: false) == RowBytes)
        {
            text.Write(string.Create(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadInt64LittleEndian(row)},E{Final(BinaryPrimitives.ReadInt32LittleEndian(row.AsSpan(8)))}\n"));
        }
    }

    private int Final(int template)
    {
        while (merged.TryGetValue(template, out var into))
        {
            template = into;
        }

        return template;
    }
}
