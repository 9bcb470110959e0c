namespace Datahall.Gateway.Http1;

/// <summary>One header line, as places in the head it stands in.</summary>
/// <param name="Name">Where the name begins.</param>
/// <param name="NameLength">Its length in bytes.</param>
/// <param name="Value">Where the value begins, without the spaces before it.</param>
/// <param name="ValueLength">Its length in bytes, without the spaces after it.</param>
/// <param name="Known">Which field it is.</param>
internal readonly record struct Field(int Name, int NameLength, int Value, int ValueLength, KnownField Known)
{
    /// <summary>The name, as it was sent.</summary>
    public ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> head) => head.Slice(Name, NameLength);

    /// <summary>The value, trimmed.</summary>
    public ReadOnlySpan<byte> ValueIn(ReadOnlySpan<byte> head) => head.Slice(Value, ValueLength);
}

/// <summary>The fields of a head in the order they came. Holds places, no bytes: the head's buffer is given with every call.</summary>
internal sealed class FieldTable(int limit)
{
    private readonly int[] first = new int[KnownFields.Count]; // The place of the first field of a kind that is present.
    private Field[] fields = new Field[Math.Min(limit, 24)];
    private uint present;
    private uint repeated;

    /// <summary>How many fields there are.</summary>
    public int Count { get; private set; }

    /// <summary>The fields.</summary>
    public ReadOnlySpan<Field> All => fields.AsSpan(0, Count);

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        (Count, present, repeated) = (0, 0, 0);
    }

    /// <summary>Whether a field of that kind is there.</summary>
    public bool Has(KnownField field) => (present & (1u << (int)field)) != 0;

    /// <summary>Whether it is there more than once.</summary>
    public bool IsRepeated(KnownField field) => (repeated & (1u << (int)field)) != 0;

    /// <summary>The value of the first field of that kind; empty when there is none.</summary>
    public ReadOnlySpan<byte> Value(KnownField field, ReadOnlySpan<byte> head) => Has(field) ? fields[first[(int)field]].ValueIn(head) : default;

    /// <summary>Finds the first field of a name, whatever its case.</summary>
    public bool TryFind(scoped ReadOnlySpan<byte> name, ReadOnlySpan<byte> head, out ReadOnlySpan<byte> value)
    {
        foreach (ref readonly var field in All)
        {
            if (field.NameLength == name.Length && Tokens.Is(field.NameIn(head), name))
            {
                value = field.ValueIn(head);
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Whether any field of that kind lists an element, as in <c>Connection: close</c>.</summary>
    public bool Lists(KnownField kind, ReadOnlySpan<byte> element, ReadOnlySpan<byte> head)
    {
        if (!Has(kind))
        {
            return false;
        }

        foreach (ref readonly var field in All)
        {
            if (field.Known == kind && Tokens.Lists(field.ValueIn(head), element))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes one line without its CR LF.</summary>
    /// <param name="head">The head.</param>
    /// <param name="start">Where the line begins.</param>
    /// <param name="length">Its length; above 0.</param>
    public HttpFault Add(ReadOnlySpan<byte> head, int start, int length)
    {
        var line = head.Slice(start, length);
        var colon = line.IndexOf((byte)':');
        var known = colon > 0 ? KnownFields.Find(line[..colon]) : KnownField.None;
        if (colon <= 0 || (known is KnownField.None && line[..colon].ContainsAnyExcept(Tokens.Token)))
        {
            return Blame(line, colon);
        }

        var value = line[(colon + 1)..];
        if (value.ContainsAnyExcept(Tokens.Value))
        {
            return value.Contains((byte)'\r') ? HttpFault.BareCarriageReturn : HttpFault.FieldValue;
        }

        if (Count == limit)
        {
            return HttpFault.TooManyFields;
        }

        var trimmed = Tokens.TrimStart(value);
        Keep(new(start, colon, start + length - trimmed.Length, Tokens.TrimEnd(trimmed).Length, known));
        return HttpFault.None;
    }

    private static HttpFault Blame(ReadOnlySpan<byte> line, int colon) => (line[0], colon) switch
    {
        ((byte)' ' or (byte)'\t', _) => HttpFault.Fold,
        (_, < 0) => line.Contains((byte)'\r') ? HttpFault.BareCarriageReturn : HttpFault.NoColon,
        (_, > 0) when line[colon - 1] is (byte)' ' or (byte)'\t' => HttpFault.SpaceBeforeColon,
        _ => HttpFault.FieldName,
    };

    private void Keep(Field field)
    {
        if (Count == fields.Length)
        {
            Array.Resize(ref fields, Math.Min(limit, fields.Length * 2)); // Grows to what clients send, then stays.
        }

        if (field.Known is not KnownField.None)
        {
            var bit = 1u << (int)field.Known;
            if ((present & bit) != 0)
            {
                repeated |= bit;
            }
            else
            {
                present |= bit;
                first[(int)field.Known] = Count;
            }
        }

        fields[Count++] = field;
    }
}
