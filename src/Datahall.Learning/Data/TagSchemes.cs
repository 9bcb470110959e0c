namespace Datahall.Learning.Data;

/// <summary>Checks tags against a scheme, reads entities from them, and writes them in another.</summary>
/// <remarks>Source: Ratinov and Roth, Design Challenges and Misconceptions in Named Entity Recognition (2009), section 3.1.</remarks>
internal static class TagSchemes
{
    /// <summary>The entities of a sentence. Tags that break every scheme are read as generously as conlleval does.</summary>
    public static List<EntitySpan> Entities(IReadOnlyList<string> tags)
    {
        var result = new List<EntitySpan>();
        var start = -1;
        var previous = Tag.Outside;
        for (var i = 0; i <= tags.Count; i++)
        {
            var tag = i < tags.Count ? Tag.Parse(tags[i]) ?? Tag.Outside : Tag.Outside;
            if (start >= 0 && !Continues(previous, tag))
            {
                result.Add(new EntitySpan(previous.Type, start, i));
                start = -1;
            }

            start = start < 0 && tag.Prefix != 'O' ? i : start;
            previous = tag;
        }

        return result;
    }

    /// <summary>Tags of a sentence of so many words, O where no entity is.</summary>
    public static string[] Write(IReadOnlyList<EntitySpan> entities, int length, TagScheme scheme)
    {
        var tags = new string[length];
        Array.Fill(tags, "O");
        EntitySpan? before = null;
        foreach (var entity in entities)
        {
            var touches = before is { } b && b.End == entity.Start && b.Type == entity.Type;
            for (var i = entity.Start; i < entity.End; i++)
            {
                tags[i] = $"{Prefix(scheme, i == entity.Start, i == entity.End - 1, touches)}-{entity.Type}";
            }

            before = entity;
        }

        return tags;
    }

    /// <summary>Whether tags are those of IOB2: they have B- for each type that has I-, and nothing else but O.</summary>
    public static bool AreIob2(IEnumerable<string> tags)
    {
        var parsed = tags.Select(Tag.Parse).ToList();
        var begun = parsed.Where(static tag => tag is { Prefix: 'B' }).Select(static tag => tag!.Value.Type).ToHashSet(StringComparer.Ordinal);
        return parsed.TrueForAll(tag => tag is { Prefix: 'O' or 'B' } || (tag is { Prefix: 'I' } inside && begun.Contains(inside.Type)));
    }

    /// <summary>The first tag that a scheme does not allow, with the reason; null when all are well.</summary>
    public static (int Index, string Problem)? Check(IReadOnlyList<string> tags, TagScheme scheme)
    {
        var allowed = scheme switch { TagScheme.Bioes => "OBIES", TagScheme.Bmes => "OBMES", _ => "OBI" };
        var previous = Tag.Outside;
        for (var i = 0; i < tags.Count; i++)
        {
            if (Tag.Parse(tags[i]) is not { } tag || !allowed.Contains(tag.Prefix, StringComparison.Ordinal))
            {
                return (i, $"the tag '{tags[i]}' is none of {Name(scheme)}, which has O and {string.Join(", ", allowed[1..].Select(c => $"{c}-TYPE"))}");
            }

            if (!MayFollow(previous, tag, scheme))
            {
                return (i, $"the tag '{tags[i]}' may not follow '{previous}' in {Name(scheme)}");
            }

            previous = tag;
        }

        return MayFollow(previous, Tag.Outside, scheme) ? null : (tags.Count - 1, $"the sentence ends inside an entity, after '{previous}'");
    }

    /// <summary>Writes the tags of a sentence in another scheme.</summary>
    /// <exception cref="LearningException">A tag breaks the scheme they are said to be in.</exception>
    public static string[] Convert(IReadOnlyList<string> tags, TagScheme from, TagScheme to) => Check(tags, from) is { } bad
        ? throw new LearningException($"word {bad.Index + 1}: {bad.Problem}")
        : Write(Entities(tags), tags.Count, to);

    /// <summary>Writes sentences in another scheme as they stream by; one that breaks its scheme is a bad line.</summary>
    public static IEnumerable<TaggedSentence> Convert(
        IEnumerable<TaggedSentence> sentences, TagScheme from, TagScheme to, BadLineLog badLines)
    {
        foreach (var sentence in sentences)
        {
            if (Check(sentence.Tags, from) is { } bad)
            {
                badLines.Add(sentence.Source ?? "sentence", sentence.Line + bad.Index, bad.Problem);
            }
            else
            {
                yield return from == to ? sentence : sentence with { Tags = Write(Entities(sentence.Tags), sentence.Tags.Count, to) };
            }
        }
    }

    private static string Name(TagScheme scheme) => scheme.ToString().ToUpperInvariant();

    private static bool Continues(Tag previous, Tag next) =>
        previous.Type == next.Type && previous.Prefix is ('B' or 'I' or 'M') && next.Prefix is ('I' or 'M' or 'E');

    private static bool MayFollow(Tag previous, Tag next, TagScheme scheme)
    {
        var same = previous.Type == next.Type;
        return scheme switch
        {
            TagScheme.Iob1 => next.Prefix != 'B' || (same && previous.Prefix != 'O'),
            TagScheme.Iob2 => next.Prefix != 'I' || (same && previous.Prefix != 'O'),
            // An entity is open after B, I and M: it must go on, and nothing else may.
            _ => previous.Prefix is 'B' or 'I' or 'M' ? same && next.Prefix is ('I' or 'M' or 'E') : next.Prefix is 'O' or 'B' or 'S',
        };
    }

    private static char Prefix(TagScheme scheme, bool first, bool last, bool touches) => scheme switch
    {
        TagScheme.Iob1 => first && touches ? 'B' : 'I',
        TagScheme.Iob2 => first ? 'B' : 'I',
        _ when first && last => 'S',
        _ when first => 'B',
        _ when last => 'E',
        _ => scheme == TagScheme.Bmes ? 'M' : 'I',
    };
}
