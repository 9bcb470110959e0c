namespace Datahall.Monitoring.Lines;

/// <summary>Cuts a stream of bytes into lines without a string for each. Of a line longer than the bound the rest is passed over.</summary>
/// <param name="source">The bytes; it stays open.</param>
/// <param name="longest">Bytes of a line that are kept.</param>
public sealed class LineSplitter(Stream source, int longest = 64 * 1024)
{
    private readonly byte[] buffer = new byte[Math.Max(longest + 1, 256 * 1024)];
    private int start;
    private int end;
    private bool atEnd;

    /// <summary>Bytes taken from the source so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Lines given so far.</summary>
    public long Lines { get; private set; }

    /// <summary>The next line without its line end (LF or CR LF); it is valid until the next call.</summary>
    /// <returns>False at the end. A last line without a line end counts; nothing after the last line end does not.</returns>
    /// <exception cref="IOException">The source cannot be read.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var held = buffer.AsSpan(start, end - start);
            var length = held.IndexOf((byte)'\n');
            if (length >= 0)
            {
                start += length + 1;
                return Give(held[..Math.Min(length, longest)], out line);
            }

            if (held.Length > longest)
            {
                PassOverRest();
                return Give(buffer.AsSpan(0, longest), out line);
            }

            if (atEnd)
            {
                start = end;
                return held.IsEmpty ? Nothing(out line) : Give(held, out line);
            }

            Fill();
        }
    }

    private static bool Nothing(out ReadOnlySpan<byte> line)
    {
        line = default;
        return false;
    }

    private bool Give(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> line)
    {
        Lines++;
        line = text is [.. var before, (byte)'\r'] ? before : text;
        return true;
    }

    private void Fill()
    {
        MoveToFront();
        Read();
    }

    private void MoveToFront()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
    }

    private void Read()
    {
        var read = source.Read(buffer, end, buffer.Length - end);
        end += read;
        BytesRead += read;
        atEnd = read == 0;
    }

    /// <summary>Passes over the rest of a long line. What is kept of it stays at the front, and what is read goes behind it.</summary>
    private void PassOverRest()
    {
        MoveToFront();
        int length;
        while ((length = buffer.AsSpan(longest, end - longest).IndexOf((byte)'\n')) < 0 && !atEnd)
        {
            end = longest;
            Read();
        }

        start = length < 0 ? end : longest + length + 1;
    }
}
