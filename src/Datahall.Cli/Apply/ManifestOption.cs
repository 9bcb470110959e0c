using System.CommandLine;

namespace Datahall.Cli.Apply;

/// <summary>The option that names manifests.</summary>
internal static class ManifestOption
{
    public static Option<string[]> Create(string description) => new("--file", "-f")
    {
        Description = description,
        HelpName = "FILE|DIR|-",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };
}
