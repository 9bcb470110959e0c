using System.Buffers;
using System.Globalization;
using System.Text;

namespace Datahall.Model.Manifests;

/// <summary>Names a field within a resource: <c>spec.roles[0].env.PORT</c>, <c>labels["example.com/team"]</c>.</summary>
internal sealed class FieldPath
{
    private const int LongestKey = 64;

    private static readonly SearchValues<char> PlainCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private readonly List<Step> steps = [];

    public void Push(string key) => steps.Add(new(key, -1));

    public void Push(int index) => steps.Add(new(null, index));

    public void Pop() => steps.RemoveAt(steps.Count - 1);

    public void Clear() => steps.Clear();

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in steps)
        {
            Append(text, step);
        }

        return text.ToString();
    }

    /// <summary>The path of the field that <paramref name="key"/> names within <paramref name="path"/>.</summary>
    public static string Join(string path, string key)
    {
        var text = new StringBuilder(path);
        Append(text, new(key, -1));
        return text.ToString();
    }

    /// <summary>Takes a written path apart; what is not one ends the steps.</summary>
    public static IEnumerable<Step> Parse(string path)
    {
        var at = 0;
        while (at < path.Length)
        {
            if (TryQuotedKey(path, at, out var end, out var key))
            {
                yield return new(key, -1);
            }
            else if (path[at] == '[')
            {
                end = path.IndexOf(']', at);
                if (end < 0 || !int.TryParse(path.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                {
                    yield break;
                }

                end++;
                yield return new(null, index);
            }
            else
            {
                var start = path[at] == '.' ? at + 1 : at;
                end = path.AsSpan(start).IndexOfAny('.', '[') is >= 0 and var length ? start + length : path.Length;
                yield return new(path[start..end], -1);
            }

            at = end;
        }
    }

    private static bool TryQuotedKey(string path, int at, out int end, out string key)
    {
        end = 0;
        key = "";
        if (!path.AsSpan(at).StartsWith("[\"", StringComparison.Ordinal))
        {
            return false;
        }

        var close = path.IndexOf("\"]", at + 2, StringComparison.Ordinal);
        if (close < 0)
        {
            return false;
        }

        key = path[(at + 2)..close];
        end = close + 2;
        return true;
    }

    private static void Append(StringBuilder text, Step step)
    {
        if (step.Key is not { } key)
        {
            text.Append(CultureInfo.InvariantCulture, $"[{step.Index}]");
        }
        else if (key.Length is > 0 and <= LongestKey && !key.AsSpan().ContainsAnyExcept(PlainCharacters))
        {
            text.Append(text.Length == 0 ? "" : ".").Append(key);
        }
        else
        {
            text.Append("[\"").Append(Wording.Shorten(key, LongestKey)).Append("\"]");
        }
    }

    /// <summary>A key, or when it is null an index.</summary>
    internal readonly record struct Step(string? Key, int Index);
}
