using Datahall.Cli.Output;

namespace Datahall.Cli.Get;

/// <summary>What to show, and how.</summary>
/// <param name="Selection">The kinds, each with names or all of it.</param>
/// <param name="Format">How to write it.</param>
/// <param name="Selector">The labels it must have; null for any.</param>
internal sealed record GetRequest(IReadOnlyList<(string Kind, IReadOnlyList<string> Names)> Selection, OutputFormat Format, string? Selector)
{
    /// <summary>Whether it is for eyes.</summary>
    public bool IsTable => Format is OutputFormat.Table or OutputFormat.Wide;

    /// <summary>Whether one resource was asked for by name, which is then written alone and not as a list.</summary>
    public bool IsOne => Selection is [{ Names.Count: 1 }];
}
