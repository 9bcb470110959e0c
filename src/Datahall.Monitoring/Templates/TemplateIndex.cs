using System.Runtime.InteropServices;

namespace Datahall.Monitoring.Templates;

/// <summary>Finds the templates that a line may be a case of, and those that are like another one: of its length, with the same first or the same last token.</summary>
internal sealed class TemplateIndex
{
    /// <summary>The youngest of a list that are looked at. More of the same would be no better evidence, and a hostile log shall not make lists long.</summary>
    private const int Looked = 256;

    private readonly Dictionary<(int Length, ulong Token, Place Place), List<LogTemplate>> lists = [];

    private enum Place
    {
        First,
        Last,

        /// <summary>By the first token, and only those with open positions.</summary>
        Open,
    }

    public void Add(LogTemplate template)
    {
        foreach (var key in Keys(template))
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(lists, key, out _) ??= []).Add(template);
        }
    }

    public void Remove(LogTemplate template)
    {
        foreach (var key in Keys(template))
        {
            lists[key].Remove(template);
            if (lists[key].Count == 0)
            {
                lists.Remove(key);
            }
        }
    }

    /// <summary>The most special template with open positions that the shape is a case of; null when there is none.</summary>
    public LogTemplate? Find(ReadOnlySpan<ulong> shape)
    {
        LogTemplate? best = null;
        foreach (var token in (ReadOnlySpan<ulong>)[shape.IsEmpty ? 0 : shape[0], 0])
        {
            foreach (var template in Youngest((shape.Length, token, Place.Open)))
            {
                if ((best is null || ulong.PopCount(template.Open) < ulong.PopCount(best.Open)) && template.Fits(shape))
                {
                    best = template;
                }
            }
        }

        return best;
    }

    /// <summary>Adds each template that shares the first or the last token, once, without the template itself.</summary>
    public void FindNear(LogTemplate template, List<LogTemplate> near)
    {
        foreach (var other in Youngest((template.Length, template.FirstToken, Place.First)))
        {
            if (other != template)
            {
                near.Add(other);
            }
        }

        foreach (var other in Youngest((template.Length, template.LastToken, Place.Last)))
        {
            if (other.FirstToken != template.FirstToken)
            {
                near.Add(other);
            }
        }
    }

    private static IEnumerable<(int Length, ulong Token, Place Place)> Keys(LogTemplate template)
    {
        yield return (template.Length, template.FirstToken, Place.First);
        yield return (template.Length, template.LastToken, Place.Last);
        if (template.Open != 0)
        {
            yield return (template.Length, template.FirstToken, Place.Open);
        }
    }

    private ReadOnlySpan<LogTemplate> Youngest((int Length, ulong Token, Place Place) key) =>
        lists.TryGetValue(key, out var list) ? CollectionsMarshal.AsSpan(list)[Math.Max(0, list.Count - Looked)..] : [];
}
