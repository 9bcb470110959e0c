using Datahall.Model.Manifests;

namespace Datahall.Cli.Targets;

/// <summary>Says what a user probably meant.</summary>
internal static class NameSuggestion
{
    /// <summary>The words <c> (did you mean 'x'?)</c>, or nothing when no name is near.</summary>
    public static string For(string word, IEnumerable<string> names) =>
        NearestName.Find(word, names) is { } near ? $" (did you mean '{near}'?)" : "";
}
