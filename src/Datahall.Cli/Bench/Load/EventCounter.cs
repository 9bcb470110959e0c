namespace Datahall.Cli.Bench.Load;

/// <summary>Counts the events of a stream, piece by piece.</summary>
/// <remarks>An event of <c>text/event-stream</c> ends with an empty line; lines end with LF, CR or CRLF (WHATWG HTML, 9.2.5). Comments and keep-alives, which have no field, are no events. Of any other body each piece that came is one.</remarks>
internal sealed class EventCounter
{
    private bool lineHasText;
    private bool lineIsComment;
    private bool eventHasField;
    private bool afterReturn;

    /// <summary>The events that have ended.</summary>
    public int Events { get; private set; }

    /// <summary>Begins a new body.</summary>
    public void Begin() => (Events, lineHasText, lineIsComment, eventHasField, afterReturn) = (0, false, false, false, false);

    /// <summary>Takes the next piece of the body.</summary>
    /// <param name="piece">Some bytes of it.</param>
    /// <param name="isEventStream">Whether its type is <c>text/event-stream</c>.</param>
    public void Take(ReadOnlySpan<byte> piece, bool isEventStream)
    {
        if (!isEventStream)
        {
            Events += piece.IsEmpty ? 0 : 1;
            return;
        }

        foreach (var b in piece)
        {
            if (b is (byte)'\n' && afterReturn)
            {
                afterReturn = false; // The second half of CRLF.
                continue;
            }

            afterReturn = b is (byte)'\r';
            if (b is (byte)'\n' or (byte)'\r')
            {
                EndLine();
            }
            else if (!lineHasText)
            {
                (lineHasText, lineIsComment) = (true, b is (byte)':');
            }
        }
    }

    private void EndLine()
    {
        if (lineHasText)
        {
            eventHasField |= !lineIsComment;
            lineHasText = false;
        }
        else if (eventHasField)
        {
            Events++;
            eventHasField = false;
        }
    }
}
