namespace Datahall.Server.LogTemplates;

/// <summary>Cuts what comes in pieces into lines. Of a line that does not fit, the rest is passed over.</summary>
internal sealed class LineBuffer
{
    private readonly byte[] bytes = new byte[64 * 1024];
    private int held;
    private bool passing;

    /// <summary>Where the next bytes go; never empty.</summary>
    public Memory<byte> Free => bytes.AsMemory(held);

    /// <summary>Takes the bytes that were written there, and gives each whole line.</summary>
    public void Take(int length, LineTaken taken)
    {
        var rest = bytes.AsSpan(0, held + length);
        while (rest.IndexOf((byte)'\n') is var end and >= 0)
        {
            var line = rest[..end];
            if (!passing)
            {
                taken(line is [.. var before, (byte)'\r'] ? before : line);
            }

            passing = false;
            rest = rest[(end + 1)..];
        }

        if (rest.Length == bytes.Length || passing)
        {
            if (!passing)
            {
                taken(rest);
            }

            passing = true;
            rest = default;
        }

        rest.CopyTo(bytes);
        held = rest.Length;
    }

    /// <summary>Takes a line, valid during the call only.</summary>
    public delegate void LineTaken(ReadOnlySpan<byte> line);
}
