using System.Runtime.CompilerServices;

namespace Datahall.Gateway.Http1;

/// <summary>Follows the trailers of a chunked body to the empty line that ends it.</summary>
/// <remarks>Refuses every field that means something to a gateway: a reader that merges trailers into the header would be told something new.</remarks>
internal struct TrailerReader
{
    private const int MostBytes = 8 * 1024;
    private const int LongestKnownName = 32;

    private State state;
    private Name name;
    private int nameLength;
    private int total;

    private enum State : byte
    {
        LineStart,
        Name,
        Value,
        LineFeed,
        LastLineFeed,
        Done,
        Faulty,
    }

    /// <summary>Whether the empty line was taken.</summary>
    public readonly bool IsDone => state is State.Done;

    /// <summary>What is wrong.</summary>
    public HttpFault Fault { get; private set; }

    /// <summary>Takes bytes; returns how many, less than all of them when it is done or faulty.</summary>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && state < State.Done)
        {
            Step(bytes[at++]);
            if (++total > MostBytes)
            {
                Refuse(HttpFault.TrailerTooLarge);
            }
        }

        return at;
    }

    private void Step(byte letter)
    {
        switch (state)
        {
            case State.LineStart when letter == '\r':
                state = State.LastLineFeed;
                break;
            case State.LineStart:
                (state, nameLength) = (State.Name, 0);
                TakeName(letter);
                break;
            case State.Name:
                TakeName(letter);
                break;
            case State.Value:
                TakeValue(letter);
                break;
            case State.LineFeed:
                Expect(letter, State.LineStart);
                break;
            case State.LastLineFeed:
                Expect(letter, State.Done);
                break;
        }
    }

    private void TakeName(byte letter)
    {
        if (letter == ':')
        {
            ReadOnlySpan<byte> known = name;
            var isForbidden = nameLength == 0 || (nameLength <= LongestKnownName && KnownFields.Find(known[..nameLength]) is not KnownField.None);
            state = State.Value;
            if (isForbidden)
            {
                Refuse(HttpFault.Trailer);
            }
        }
        else if (!Tokens.Token.Contains(letter))
        {
            Refuse(letter == '\n' ? HttpFault.BareLineFeed : HttpFault.Trailer);
        }
        else if (nameLength++ < LongestKnownName)
        {
            name[nameLength - 1] = letter;
        }
    }

    private void TakeValue(byte letter)
    {
        if (letter == '\r')
        {
            state = State.LineFeed;
        }
        else if (!Tokens.Value.Contains(letter))
        {
            Refuse(letter == '\n' ? HttpFault.BareLineFeed : HttpFault.Trailer);
        }
    }

    private void Expect(byte letter, State then)
    {
        state = then;
        if (letter != '\n')
        {
            Refuse(HttpFault.BareCarriageReturn);
        }
    }

    private void Refuse(HttpFault fault)
    {
        Fault = fault;
        state = State.Faulty;
    }

    [InlineArray(LongestKnownName)]
    private struct Name
    {
        private byte first;
    }
}
