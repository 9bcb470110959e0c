using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Datahall.Gateway.Bodies;

/// <summary>How far a body is looked through.</summary>
internal enum PeekStatus : byte
{
    /// <summary>More bytes may tell more.</summary>
    Reading,

    /// <summary>The object ended: what was not found is not there.</summary>
    Done,

    /// <summary>It is no JSON object, or nested too deep; what was found before stands.</summary>
    NotJson,

    /// <summary>The limit is reached; what was found before stands.</summary>
    LimitReached,
}

/// <summary>
/// Finds what routing needs in the JSON body of a request, without parsing the rest and without allocation: the top-level <c>model</c>, <c>stream</c>,
/// and where the prompt lies. The body may come in any pieces.
/// </summary>
/// <remarks>
/// It checks no more of the JSON than it needs: the replica will. Everything deeper than the first level is skipped by brackets and quotes. A mutable
/// struct: keep it in a field and call it there.
/// </remarks>
internal struct JsonPeek(long limit)
{
    private const int LongestKey = 16;
    private const int LongestModel = 256;

    private static readonly SearchValues<byte> InString = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);

    private KeyBuffer key;
    private ModelBuffer model;
    private int modelLength = -1;
    private JsonText text;
    private Member member;
    private State state;
    private int depth;
    private int literal;
    private long position;
    private byte seen;

    private enum State : byte
    {
        Start,
        KeyOrEnd,
        Key,
        Colon,
        ValueStart,
        StringValue,
        Literal,
        Nested,
        NestedString,
        NestedEscape,
        CommaOrEnd,
    }

    private enum Member : byte
    {
        Other,
        Model,
        Stream,
        Prompt,
    }

    /// <summary>How far it is.</summary>
    public PeekStatus Status { get; private set; }

    /// <summary>Whether <c>stream</c> is true.</summary>
    public bool Stream { get; private set; }

    /// <summary>Whether a member that routing goes by came twice: two readers could take different ones.</summary>
    public bool IsAmbiguous { get; private set; }

    /// <summary>Where the value of <c>messages</c>, <c>prompt</c> or <c>input</c> begins, counted from the body's first byte; -1: not seen.</summary>
    public long PromptStart { get; private set; } = -1;

    /// <summary>Where it ends; -1: not yet.</summary>
    public long PromptEnd { get; private set; } = -1;

    /// <summary>Whether there is a model, as a string of at most 256 bytes.</summary>
    public readonly bool HasModel => modelLength >= 0;

    /// <summary>The model's name in UTF-8, without escapes; empty when there is none.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Model => HasModel ? ((ReadOnlySpan<byte>)model)[..modelLength] : default;

    /// <summary>Looks through the next bytes of the body.</summary>
    public PeekStatus Take(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        var most = (int)Math.Min(bytes.Length, limit - position);
        while (at < most && Status is PeekStatus.Reading)
        {
            at += Step(bytes[at..most], position + at);
        }

        position += at;
        if (Status is PeekStatus.Reading && position >= limit)
        {
            Status = PeekStatus.LimitReached;
        }

        return Status;
    }

    // Takes at least one byte.
    private int Step(ReadOnlySpan<byte> bytes, long place)
    {
        switch (state)
        {
            case State.Nested:
                return SkipTo(bytes, Structure, out var found) is var skipped && found ? skipped + Nest(bytes[skipped], place + skipped) : skipped;
            case State.NestedString:
                return SkipTo(bytes, InString, out found) is var inside && found ? inside + LeaveString(bytes[inside]) : inside;
            case State.NestedEscape:
                state = State.NestedString;
                return 1;
            case State.StringValue when member is not Member.Model:
                return SkipString(bytes, place);
            default:
                Letter(bytes[0], place);
                return 1;
        }
    }

    private static int SkipTo(ReadOnlySpan<byte> bytes, SearchValues<byte> letters, out bool found)
    {
        var at = bytes.IndexOfAny(letters);
        found = at >= 0;
        return found ? at : bytes.Length;
    }

    private int Nest(byte letter, long place)
    {
        if (letter == '"')
        {
            state = State.NestedString;
        }
        else if (letter is (byte)'{' or (byte)'[')
        {
            depth++;
        }
        else if (--depth == 1)
        {
            EndValue(place + 1);
        }

        return 1;
    }

    private int LeaveString(byte letter)
    {
        state = letter == '"' ? State.Nested : State.NestedEscape;
        return 1;
    }

    // A string whose text nobody wants. An escape is taken whole when its second byte is here too, and byte by byte else.
    private int SkipString(ReadOnlySpan<byte> bytes, long place)
    {
        if (text.IsInEscape)
        {
            text.IsInEscape = false;
            return 1;
        }

        var at = SkipTo(bytes, InString, out var found);
        if (!found)
        {
            return at;
        }

        if (bytes[at] == '"')
        {
            EndValue(place + at + 1);
        }
        else
        {
            text.IsInEscape = true;
        }

        return at + 1;
    }

    private void Letter(byte letter, long place)
    {
        if (state is State.Key or State.StringValue)
        {
            Text(letter, place);
            return;
        }

        if (state is State.Literal)
        {
            Literal(letter, place);
            return;
        }

        if (letter is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            return;
        }

        switch ((state, letter))
        {
            case (State.Start, (byte)'{'):
                (state, depth) = (State.KeyOrEnd, 1);
                break;
            case (State.KeyOrEnd, (byte)'"'):
                (state, text) = (State.Key, default);
                break;
            case (State.Colon, (byte)':'):
                state = State.ValueStart;
                break;
            case (State.CommaOrEnd, (byte)','):
                state = State.KeyOrEnd;
                break;
            case (State.KeyOrEnd or State.CommaOrEnd, (byte)'}'):
                Status = PeekStatus.Done;
                break;
            case (State.ValueStart, _):
                BeginValue(letter, place);
                break;
            default:
                Status = PeekStatus.NotJson;
                break;
        }
    }

    private void BeginValue(byte letter, long place)
    {
        if (member is Member.Model)
        {
            modelLength = -1;
        }
        else if (member is Member.Prompt)
        {
            (PromptStart, PromptEnd) = (place, -1);
        }

        switch (letter)
        {
            case (byte)'"':
                (state, text) = (State.StringValue, default);
                break;
            case (byte)'{' or (byte)'[':
                (state, depth) = (State.Nested, 2);
                break;
            case (byte)',' or (byte)'}' or (byte)']' or (byte)':':
                Status = PeekStatus.NotJson;
                break;
            default:
                (state, literal) = (State.Literal, letter);
                break;
        }
    }

    private void Literal(byte letter, long place)
    {
        if (letter is not ((byte)',' or (byte)'}' or (byte)']' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
        {
            return;
        }

        if (member is Member.Stream)
        {
            Stream = literal == 't';
        }

        EndValue(place);
        Letter(letter, place);
    }

    // A key, or the model's name: unescaped into its buffer.
    private void Text(byte letter, long place)
    {
        var ends = text.Take(letter, state is State.Key ? (Span<byte>)key : (Span<byte>)model);
        if (text.IsBroken)
        {
            Status = PeekStatus.NotJson;
        }
        else if (ends && state is State.Key)
        {
            EndKey();
        }
        else if (ends)
        {
            modelLength = member is Member.Model && !text.IsTooLong ? text.Length : modelLength;
            EndValue(place + 1);
        }
    }

    private void EndKey()
    {
        var name = text.IsTooLong ? default : ((ReadOnlySpan<byte>)key)[..text.Length];
        member = name.SequenceEqual("model"u8) ? Member.Model
            : name.SequenceEqual("stream"u8) ? Member.Stream
            : name.SequenceEqual("messages"u8) || name.SequenceEqual("prompt"u8) || name.SequenceEqual("input"u8) ? Member.Prompt
            : Member.Other;
        var bit = (byte)(1 << (int)member);
        IsAmbiguous |= member is (Member.Model or Member.Stream) && (seen & bit) != 0;
        seen |= bit;
        state = State.Colon;
    }

    private void EndValue(long end)
    {
        if (member is Member.Prompt)
        {
            PromptEnd = end;
        }

        state = State.CommaOrEnd;
    }

    [InlineArray(LongestKey)]
    private struct KeyBuffer
    {
        private byte first;
    }

    [InlineArray(LongestModel)]
    private struct ModelBuffer
    {
        private byte first;
    }
}
