namespace Datahall.Gateway.Tenancy;

/// <summary>Reads from an answer of OpenAI's API, as it passes, how many tokens it used.</summary>
/// <remarks>
/// The last <c>"total_tokens"</c> of the answer counts; a stream that tells none counts one token for each event. A few bytes of state, no allocation.
/// </remarks>
public struct TokenCounter
{
    private int field;
    private int line;
    private bool inNumber;
    private long number;
    private long told;
    private long events;

    private static ReadOnlySpan<byte> Field => "\"total_tokens\":"u8;

    private static ReadOnlySpan<byte> Event => "\ndata: {"u8;

    /// <summary>The tokens so far.</summary>
    public readonly long Tokens => Math.Max(told, inNumber ? number : 0) is > 0 and var said ? said : events;

    /// <summary>The next bytes of the answer's body.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        foreach (var letter in bytes)
        {
            if (inNumber)
            {
                Digit(letter);
            }

            field = letter == Field[field] ? field + 1 : letter == Field[0] ? 1 : 0;
            line = letter == Event[line] ? line + 1 : letter == Event[0] ? 1 : 0;
            if (field == Field.Length)
            {
                (field, inNumber, number) = (0, true, 0);
            }

            if (line == Event.Length)
            {
                (line, events) = (0, events + 1);
            }
        }
    }

    private void Digit(byte letter)
    {
        if (char.IsAsciiDigit((char)letter))
        {
            number = Math.Min((number * 10) + letter - '0', int.MaxValue);
        }
        else if (letter is not (byte)' ' || number > 0)
        {
            (inNumber, told) = (false, number > 0 ? number : told);
        }
    }
}
