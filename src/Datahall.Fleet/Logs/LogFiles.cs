namespace Datahall.Fleet.Logs;

/// <summary>One stream of an attempt's output: the current file, and the rotated ones before it.</summary>
internal sealed class LogFiles(string current)
{
    private const int Block = 64 * 1024;
    private long position;

    /// <summary>Copies the last lines, and remembers where the current file was read to.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="tail">How many lines; negative for all there are.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    public async Task CopyTailAsync(Stream destination, int tail, CancellationToken cancellationToken)
    {
        // Opened first: a file that is rotated meanwhile is still the one that was looked at.
        var latest = TryOpen(current);
        var files = AgedParts().Select(TryOpen).Append(latest).OfType<FileStream>().ToList();
        try
        {
            foreach (var file in files.Skip(Seek(files, tail)))
            {
                await file.CopyToAsync(destination, Block, cancellationToken);
            }

            this.position = (tail == 0 ? latest?.Length : latest?.Position) ?? 0;
        }
        finally
        {
            files.ForEach(static file => file.Dispose());
        }
    }

    /// <summary>Copies what was written since the last call; true when there was something.</summary>
    public async Task<bool> CopyNewAsync(Stream destination, CancellationToken cancellationToken)
    {
        await using var file = TryOpen(current);
        if (file is null)
        {
            return false;
        }

        var copied = false;
        if (file.Length < this.position)
        {
            // It was rotated: the end that we have not read is in the youngest of the rotated files.
            await using var aged = TryOpen(LogRotation.Aged(current, 1));
            copied = aged is not null && await CopyFromAsync(aged, this.position, destination, cancellationToken) > 0;
            this.position = 0;
        }

        var read = await CopyFromAsync(file, this.position, destination, cancellationToken);
        this.position += read;
        return copied || read > 0;
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return RegularFile.TryOpen(path, Block); // None: nothing written yet, rotated away, deleted, or made a pipe by the task.
        }
        catch (UnauthorizedAccessException) // The task has taken it from its reader.
        {
            return null;
        }
    }

    private static async Task<long> CopyFromAsync(FileStream file, long position, Stream destination, CancellationToken cancellationToken)
    {
        file.Position = Math.Min(position, file.Length);
        var start = file.Position;
        await file.CopyToAsync(destination, Block, cancellationToken);
        return file.Position - start;
    }

    /// <summary>Sets the files to where the last lines begin; returns the first file that has some of them.</summary>
    private static int Seek(List<FileStream> files, int tail)
    {
        var wanted = tail;
        var first = tail < 0 ? 0 : files.Count;
        var atEnd = true; // The very last line break ends the last line; every other one begins a line.
        while (first > 0 && wanted > 0)
        {
            var file = files[--first];
            wanted = SeekLines(file, wanted, atEnd);
            atEnd &= file.Length == 0;
        }

        return first;
    }

    private static int SeekLines(FileStream file, int lines, bool atEnd)
    {
        var buffer = new byte[Block];
        for (var end = file.Length; end > 0;)
        {
            var start = Math.Max(0, end - Block);
            file.Position = start;
            var block = buffer.AsSpan(0, file.ReadAtLeast(buffer.AsSpan(0, (int)(end - start)), (int)(end - start), throwOnEndOfStream: false));
            for (var at = block.LastIndexOf((byte)'\n'); at >= 0; at = block[..at].LastIndexOf((byte)'\n'))
            {
                if (!(atEnd && start + at == file.Length - 1) && --lines == 0)
                {
                    file.Position = start + at + 1;
                    return 0;
                }
            }

            end = start;
        }

        file.Position = 0;
        return lines;
    }

    private IEnumerable<string> AgedParts()
    {
        var oldest = 0;
        while (File.Exists(LogRotation.Aged(current, oldest + 1)))
        {
            oldest++;
        }

        return Enumerable.Range(0, oldest).Select(age => LogRotation.Aged(current, oldest - age));
    }
}
