using System.CommandLine;
using Datahall.Cli.Targets;

namespace Datahall.Cli.Output;

/// <summary>How results are written.</summary>
internal enum OutputFormat
{
    /// <summary>Columns for eyes.</summary>
    Table,

    /// <summary>More columns.</summary>
    Wide,

    /// <summary>All of it, as JSON.</summary>
    Json,

    /// <summary>All of it, as YAML that can be applied again.</summary>
    Yaml,

    /// <summary><c>kind/name</c>, a line each.</summary>
    Name,

    /// <summary>A page for a browser that stands alone.</summary>
    Html,

    /// <summary>Comma-separated values with a line of headings, RFC 4180.</summary>
    Csv,
}

/// <summary>The option that chooses it.</summary>
internal static class OutputFormatOption
{
    public static Option<OutputFormat> Create(params OutputFormat[] allowed)
    {
        var names = allowed.Select(static format => format.ToString().ToLowerInvariant()).ToArray();
        var option = new Option<OutputFormat>("--output", "-o")
        {
            Description = $"How to write the result: {string.Join(", ", names)}",
            HelpName = string.Join('|', names),
            CustomParser = result =>
            {
                var word = result.Tokens is [var token, ..] ? token.Value : "";
                var index = Array.IndexOf(names, word);
                if (index < 0)
                {
                    result.AddError($"'{word}' is no output format{NameSuggestion.For(word, names)}; there are {string.Join(", ", names)}");
                    return default;
                }

                return allowed[index];
            },
        };
        option.CompletionSources.Clear(); // The type would offer its own names, in capitals.
        option.CompletionSources.Add(names);
        return option;
    }
}
