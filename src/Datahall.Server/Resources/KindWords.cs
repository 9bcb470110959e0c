using Datahall.Model;

namespace Datahall.Server.Resources;

/// <summary>The kinds as callers write them, for messages.</summary>
internal static class KindWords
{
    private static readonly string[] Words = [.. ResourceKinds.All.Select(static kind => kind.ToLowerInvariant() + "s")];

    /// <summary>Says that there is no such kind, and which there are.</summary>
    public static string Unknown(string word) =>
        $"there is no kind '{word}': the kinds are {string.Join(", ", Words.AsSpan(..^1).ToArray())} and {Words[^1]}";
}
