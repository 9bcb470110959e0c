using System.Collections.Frozen;

namespace Datahall.Learning.Tokens;

/// <summary>The tokens of a model: ids run from 0 without a gap.</summary>
internal sealed class Vocabulary
{
    private readonly FrozenDictionary<string, int> ids;

    /// <exception cref="LearningException">A token stands there twice.</exception>
    public Vocabulary(IReadOnlyList<string> tokens, string source)
    {
        var index = new Dictionary<string, int>(tokens.Count, StringComparer.Ordinal);
        for (var id = 0; id < tokens.Count; id++)
        {
            if (!index.TryAdd(tokens[id], id))
            {
                throw new LearningException(
                    $"{source}: the token '{tokens[id]}' has the ids {index[tokens[id]]} and {id}; keep one of them");
            }
        }

        Tokens = tokens;
        Source = source;
        ids = index.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public IReadOnlyList<string> Tokens { get; }

    /// <summary>Where the tokens came from, for messages.</summary>
    public string Source { get; }

    public int? Find(string token) => ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>A vocabulary from tokens with ids.</summary>
    /// <exception cref="LearningException">An id is missing, or two tokens have the same one.</exception>
    public static Vocabulary Of(IEnumerable<KeyValuePair<string, int>> tokens, string source)
    {
        var sorted = tokens.OrderBy(token => token.Value).ToArray();
        for (var id = 0; id < sorted.Length; id++)
        {
            if (sorted[id].Value != id)
            {
                throw new LearningException(
                    $"{source}: the token '{sorted[id].Key}' has the id {sorted[id].Value} where {id} was expected; ids must run from 0 without a gap");
            }
        }

        return new Vocabulary([.. sorted.Select(token => token.Key)], source);
    }
}
