namespace Datahall.Monitoring.Templates;

/// <summary>Decides when positions of templates hold values: when enough different words were seen there with all else the same.</summary>
/// <remarks>
/// Two lines that differ in a word may be two kinds of line ("link up", "link down") or one ("user ann", "user bob"). One difference proves
/// nothing; several different words at one place, with everything else equal, do. So templates are merged on evidence, not by a threshold of
/// likeness as in Drain (He et al., ICWS 2017).
/// </remarks>
internal sealed class Generalisation(MinerOptions options)
{
    private readonly List<LogTemplate> found = [];
    private readonly List<(LogTemplate Template, ulong Differences)> near = [];
    private readonly HashSet<ulong> tried = [];
    private readonly HashSet<ulong> words = [];

    /// <summary>The templates that are one with the given one, and the positions that hold values; none when there is too little evidence.</summary>
    public IReadOnlyList<LogTemplate> Find(LogTemplate template, TemplateIndex index, out ulong open)
    {
        Collect(template, index);
        open = 0;
        List<LogTemplate> best = [];
        foreach (var (_, differences) in near)
        {
            if (!tried.Add(differences))
            {
                continue;
            }

            List<LogTemplate> members = [.. near.Where(other => (other.Differences & ~differences) == 0).Select(static other => other.Template)];
            if (members.Count > best.Count && IsProven(template, members, differences))
            {
                (best, open) = (members, differences);
            }
        }

        return best;
    }

    private void Collect(LogTemplate template, TemplateIndex index)
    {
        near.Clear();
        tried.Clear();
        var fixedWords = (int)ulong.PopCount(template.Wording & ~template.Open);
        var most = Math.Min(options.MostOpenAtOnce, (int)(fixedWords * options.MostOpenShare));
        found.Clear();
        index.FindNear(template, found);
        foreach (var other in found)
        {
            var differences = template.Differences(other);
            if (differences != 0 && (int)ulong.PopCount(differences) <= most)
            {
                near.Add((other, differences));
            }
        }
    }

    private bool IsProven(LogTemplate template, List<LogTemplate> members, ulong positions)
    {
        for (var rest = positions; rest != 0; rest &= rest - 1)
        {
            if (!IsProven(template, members, (int)ulong.TrailingZeroCount(rest)))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsProven(LogTemplate template, List<LogTemplate> members, int position)
    {
        words.Clear();
        words.Add(template[position]);
        var (mixed, identifiers, value) = ((template.Valued >> position & 1) != 0, TokenKind.IsIdentifier(template.Text(position)), false);
        foreach (var member in members)
        {
            words.Add(member[position]);
            mixed &= (member.Valued >> position & 1) != 0;
            identifiers &= TokenKind.IsIdentifier(member.Text(position));
            value |= TokenKind.IsCaseOf(template.Text(position), member.Text(position)) || TokenKind.IsCaseOf(member.Text(position), template.Text(position));
        }

        var needed = value || identifiers ? 2
            : position > 0 && KnownWords.IsNounBeforeName(template[position - 1]) ? options.NamesNeeded
            : mixed ? options.MixedNeeded : options.WordsNeeded;
        return words.Count >= (position == 0 ? needed + options.MoreAtFirst : needed);
    }
}
