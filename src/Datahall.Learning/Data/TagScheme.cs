namespace Datahall.Learning.Data;

/// <summary>How tags mark where entities begin and end.</summary>
internal enum TagScheme
{
    /// <summary>I- inside; B- only where an entity follows another of the same type.</summary>
    Iob1,

    /// <summary>B- at the first word, I- at the others.</summary>
    Iob2,

    /// <summary>B- first, I- inside, E- last, S- alone.</summary>
    Bioes,

    /// <summary>B- first, M- in the middle, E- last, S- alone.</summary>
    Bmes,
}

/// <summary>Words [Start, End) of a sentence that are one entity of a type.</summary>
internal readonly record struct EntitySpan(string Type, int Start, int End);

/// <summary>A tag in its two parts: <c>B-PER</c> is B of PER; O has no type.</summary>
internal readonly record struct Tag(char Prefix, string Type)
{
    public static readonly Tag Outside = new('O', "");

    /// <summary>The parts of a tag, or null when it has no form that a scheme knows.</summary>
    public static Tag? Parse(string tag) =>
        tag == "O" ? Outside
        : tag.Length > 2 && tag[1] == '-' && "BIEMS".Contains(tag[0], StringComparison.Ordinal) ? new Tag(tag[0], tag[2..])
        : null;

    public override string ToString() => Prefix == 'O' ? "O" : $"{Prefix}-{Type}";
}
