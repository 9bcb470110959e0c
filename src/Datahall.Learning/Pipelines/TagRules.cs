using Datahall.Learning.Data;
using Datahall.Learning.Networks;

namespace Datahall.Learning.Pipelines;

/// <summary>Which label may follow which, as the labels' own scheme has it.</summary>
internal static class TagRules
{
    /// <summary>The rules of a model's labels; null when they are of no scheme that forbids anything.</summary>
    public static TransitionRules? Of(IReadOnlyList<string> labels)
    {
        var tags = labels.Select(Tag.Parse).ToList();
        if (tags.Contains(null))
        {
            return null;
        }

        var known = tags.Select(tag => tag!.Value).ToList();
        if (known.Any(tag => tag.Prefix is 'E' or 'S' or 'M'))
        {
            return Rules(known, BetweenBrackets);
        }

        return TagSchemes.AreIob2(labels) ? Rules(known, AfterBegin) : null; // IOB1 begins entities with I-, and forbids nothing.
    }

    private static TransitionRules Rules(List<Tag> tags, Func<Tag, Tag, bool> mayFollow) => new(
        first => mayFollow(Tag.Outside, tags[first]),
        (before, after) => mayFollow(tags[before], tags[after]),
        last => mayFollow(tags[last], Tag.Outside));

    private static bool AfterBegin(Tag before, Tag after) => after.Prefix != 'I' || (before.Prefix != 'O' && before.Type == after.Type);

    private static bool BetweenBrackets(Tag before, Tag after) => before.Prefix is 'B' or 'I' or 'M'
        ? after.Prefix is 'I' or 'M' or 'E' && before.Type == after.Type
        : after.Prefix is 'O' or 'B' or 'S';
}
