using System.Buffers.Text;
using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Epoll;

/// <summary>Puts a head together. What does not fit makes it <see cref="IsTooLarge"/>.</summary>
internal ref struct HeadWriter(Span<byte> destination)
{
    private readonly Span<byte> destination = destination;

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>Whether it did not fit.</summary>
    public bool IsTooLarge { get; private set; }

    public void Add(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.TryCopyTo(destination[Length..]))
        {
            Length += bytes.Length;
        }
        else
        {
            IsTooLarge = true;
        }
    }

    public void Add(long number)
    {
        if (Utf8Formatter.TryFormat(number, destination[Length..], out var written))
        {
            Length += written;
        }
        else
        {
            IsTooLarge = true;
        }
    }

    public void AddHex(ulong number)
    {
        if (Utf8Formatter.TryFormat(number, destination[Length..], out var written, new('x', 16)))
        {
            Length += written;
        }
        else
        {
            IsTooLarge = true;
        }
    }

    /// <summary>Copies the lines of a head that pass, in one piece each as far as they stand together.</summary>
    /// <param name="head">The head.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="dropped">Fields that do not pass, a bit for each; those for one hop never do.</param>
    public void AddFields(scoped ReadOnlySpan<byte> head, FieldTable fields, ulong dropped)
    {
        dropped |= HopByHop;
        var nominates = Nominates(head, fields);
        var run = -1;
        foreach (ref readonly var field in fields.All)
        {
            var passes = field.Known is KnownField.None
                ? !nominates || !fields.Lists(KnownField.Connection, field.NameIn(head), head)
                : (dropped & Bit(field.Known)) == 0;
            if (passes && run < 0)
            {
                run = field.Name;
            }
            else if (!passes && run >= 0)
            {
                Add(head[run..field.Name]);
                run = -1;
            }
        }

        if (run >= 0)
        {
            Add(head[run..^2]); // Without the empty line at the end.
        }
    }

    /// <summary>The bit of a field in a set of fields.</summary>
    public static ulong Bit(KnownField field) => 1UL << (int)field;

    private static readonly ulong HopByHop = Enum.GetValues<KnownField>().Where(KnownFields.IsHopByHop).Aggregate(0UL, static (set, field) => set | Bit(field));

    // Connection may name fields that are for one hop too. Fields that the gateway knows cannot be taken away like that.
    private static bool Nominates(ReadOnlySpan<byte> head, FieldTable fields)
    {
        if (!fields.Has(KnownField.Connection))
        {
            return false;
        }

        if (fields.IsRepeated(KnownField.Connection))
        {
            return true;
        }

        var list = fields.Value(KnownField.Connection, head);
        while (Tokens.NextElement(ref list, out var element))
        {
            if (!Tokens.Is(element, "keep-alive"u8) && !Tokens.Is(element, "close"u8) && KnownFields.Find(element) is KnownField.None)
            {
                return true;
            }
        }

        return false;
    }
}
