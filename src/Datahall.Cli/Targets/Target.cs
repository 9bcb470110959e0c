using Datahall.Model;

namespace Datahall.Cli.Targets;

/// <summary>Reads what users name on the command line: <c>nodes</c>, <c>job/x</c>, <c>svc</c>.</summary>
internal static class Target
{
    /// <summary>Everything, kinds that people ask for most first.</summary>
    public const string AllKinds = "all";

    /// <summary>The kinds' names in the plural, for messages and completion.</summary>
    public static IReadOnlyList<string> KindWords { get; } = [.. ResourceKinds.All.Select(static kind => kind.ToLowerInvariant() + "s")];

    /// <summary>The short names, singular; <c>profile</c> may be written in the plural too.</summary>
    public static IReadOnlyList<string> ShortWords { get; } = ["no", "q", "profile", "svc", "inc"];

    /// <summary>The kinds with their short names: <c>sites, nodes (no), …</c></summary>
    public static string KindsAndShortWords => string.Join(", ", KindWords.Zip(ResourceKinds.All, static (word, kind) =>
        ShortWords.FirstOrDefault(s => ResourceKinds.Find(s) == kind) is { } s ? $"{word} ({s})" : word));

    /// <summary>Reads a kind in any of its forms.</summary>
    public static string Kind(string word) => ResourceKinds.Find(word) ?? throw CommandFailure.Usage(
        $"there is no kind '{word}'{NameSuggestion.For(word, KindWords.Concat(KindWords.Select(static kind => kind[..^1])).Concat(ShortWords).Append("profiles"))}; the kinds are {KindsAndShortWords}");

    /// <summary>Reads <c>kind/name</c>.</summary>
    public static ResourceKey Key(string word)
    {
        if (word.Split('/') is not [var kind, { Length: > 0 } name])
        {
            throw CommandFailure.Usage($"'{word}' names no resource; write KIND/NAME, such as job/hello");
        }

        return new(Kind(kind), name);
    }

    /// <summary>Reads <c>kind/name</c> of one kind, or just the name.</summary>
    public static string NameOf(string kind, string word)
    {
        if (!word.Contains('/', StringComparison.Ordinal))
        {
            return word;
        }

        var key = Key(word);
        return key.Kind == kind
            ? key.Name
            : throw CommandFailure.Usage($"'{word}' is a {key.Kind.ToLowerInvariant()}; this verb takes {kind.ToLowerInvariant()}/NAME");
    }

    /// <summary>Reads <c>KIND NAME…</c>, <c>KIND/NAME…</c>, <c>KIND,KIND</c> or <c>all</c>; a kind without names means all of it.</summary>
    public static IReadOnlyList<(string Kind, IReadOnlyList<string> Names)> Selection(IReadOnlyList<string> words)
    {
        if (words[0].Contains('/', StringComparison.Ordinal))
        {
            return [.. words.Select(Key).GroupBy(static key => key.Kind).Select(static group => (group.Key, Names(group)))];
        }

        if (words[0].Contains(',', StringComparison.Ordinal) || words[0] is AllKinds)
        {
            return words.Count == 1
                ? [.. Kinds(words[0]).Select(static kind => (kind, (IReadOnlyList<string>)[]))]
                : throw CommandFailure.Usage($"names need one kind, not '{words[0]}'; write KIND/NAME for each");
        }

        var only = Kind(words[0]);
        return [(only, [.. words.Skip(1).Select(word => NameOf(only, word))])];
    }

    private static IReadOnlyList<string> Names(IEnumerable<ResourceKey> keys) => [.. keys.Select(static key => key.Name).Distinct()];

    private static IEnumerable<string> Kinds(string words) => words is AllKinds
        ? ResourceKinds.All
        : words.Split(',').Select(Kind).Distinct();
}
