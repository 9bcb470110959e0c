using Datahall.Learning.Data;

namespace Datahall.Learning.Evaluation;

/// <summary>Gathers entities as seqeval does and compares them.</summary>
/// <remarks>Source: seqeval 1.2.2 (Hiroki Nakayama), <c>metrics/sequence_labeling.py</c> and <c>scheme.py</c>.</remarks>
internal static class SeqevalCounting
{
    public static EntityReport Count(
        IEnumerable<IReadOnlyList<string>> gold, IEnumerable<IReadOnlyList<string>> predicted, EntityMode mode)
    {
        var types = new SortedDictionary<string, ClassCounts>(StringComparer.Ordinal);
        var (tokens, correct) = (0L, 0L);
        foreach (var (right, said) in Pairs.Of(gold, predicted))
        {
            foreach (var (a, b) in Pairs.Of(right, said))
            {
                tokens++;
                correct += a == b ? 1 : 0;
            }

            Compare(Entities(right, mode), Entities(said, mode), types);
        }

        return new EntityReport(mode, [.. types.Values], tokens, correct);
    }

    private static void Compare(List<EntitySpan> gold, List<EntitySpan> found, SortedDictionary<string, ClassCounts> types)
    {
        var all = gold.ToHashSet();
        foreach (var entity in gold)
        {
            For(entity).Gold++;
        }

        foreach (var entity in found)
        {
            For(entity).Found++;
            For(entity).Correct += all.Contains(entity) ? 1 : 0;
        }

        ClassCounts For(EntitySpan entity) =>
            types.TryGetValue(entity.Type, out var known) ? known : types[entity.Type] = new ClassCounts(entity.Type);
    }

    private static List<EntitySpan> Entities(IReadOnlyList<string> tags, EntityMode mode) => mode switch
    {
        EntityMode.StrictIob2 => Strict(tags, "OBI", EndsIob2),
        EntityMode.StrictBioes => Strict(tags, "OBIES", EndsBioes),
        _ => Generous(tags),
    };

    private static List<EntitySpan> Generous(IReadOnlyList<string> tags)
    {
        var result = new List<EntitySpan>();
        var last = Split("O");
        var start = 0;
        for (var i = 0; i <= tags.Count; i++)
        {
            var next = Split(i < tags.Count ? tags[i] : "O");
            if (Ends(last, next))
            {
                result.Add(new EntitySpan(last.Type, start, i));
            }

            start = Starts(last, next) ? i : start;
            last = next;
        }

        return result;
    }

    private static bool Ends((char Prefix, string Type) last, (char Prefix, string Type) next) =>
        last.Prefix is 'E' or 'S'
        || (last.Prefix is ('B' or 'I') && next.Prefix is ('B' or 'S' or 'O'))
        || (last.Prefix is not ('O' or '.') && last.Type != next.Type);

    private static bool Starts((char Prefix, string Type) last, (char Prefix, string Type) next) =>
        next.Prefix is 'B' or 'S'
        || (last.Prefix is ('E' or 'S' or 'O') && next.Prefix is ('E' or 'I'))
        || (next.Prefix is not ('O' or '.') && last.Type != next.Type);

    private static (char Prefix, string Type) Split(string tag)
    {
        if (tag.Length == 0)
        {
            return ('O', "_");
        }

        var dash = tag.IndexOf('-', 1);
        var type = dash < 0 ? tag[1..] : tag[(dash + 1)..];
        return (tag[0], type.Length == 0 ? "_" : type);
    }

    /// <summary>Entities that begin and end as a scheme demands.</summary>
    private static List<EntitySpan> Strict(IReadOnlyList<string> tags, string allowed, Func<IReadOnlyList<string>, int, int?> endOf)
    {
        var result = new List<EntitySpan>();
        for (var i = 0; i < tags.Count; i++)
        {
            if (tags[i].Length == 0 || !allowed.Contains(tags[i][0], StringComparison.Ordinal))
            {
                throw new LearningException(
                    $"the tag '{tags[i]}' has none of the prefixes {string.Join(", ", allowed.ToCharArray())}; convert the tags, or do not count strictly");
            }

            if (endOf(tags, i) is { } end)
            {
                result.Add(new EntitySpan(Split(tags[i]).Type, i, end));
            }
        }

        return result;
    }

    private static int? EndsIob2(IReadOnlyList<string> tags, int start) => Split(tags[start]).Prefix == 'B' ? Inside(tags, start) : null;

    private static int? EndsBioes(IReadOnlyList<string> tags, int start)
    {
        var first = Split(tags[start]);
        if (first.Prefix != 'B')
        {
            return first.Prefix == 'S' ? start + 1 : null;
        }

        var end = Inside(tags, start);
        return end < tags.Count && Split(tags[end]) == ('E', first.Type) ? end + 1 : null;
    }

    /// <summary>Where the I- of the type that follow a first tag end.</summary>
    private static int Inside(IReadOnlyList<string> tags, int start)
    {
        var end = start + 1;
        while (end < tags.Count && Split(tags[end]) == ('I', Split(tags[start]).Type))
        {
            end++;
        }

        return end;
    }
}
