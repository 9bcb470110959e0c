using System.CommandLine;
using Datahall.Cli.Targets;
using Datahall.Model.Schema;

namespace Datahall.Cli.Schema;

/// <summary><c>datahall schema</c>: what editors need to check and complete manifests and scenario files.</summary>
internal static class SchemaCommand
{
    private static readonly string[] Files = ["manifest", "scenario"];

    public static Command Create(GlobalOptions globals)
    {
        var file = new Argument<string>("manifest|scenario") { Description = "Of which files", DefaultValueFactory = static _ => Files[0] };
        file.CompletionSources.Add(Files);
        var command = new Command("schema", "Print the JSON Schema of manifests or of scenario files, for editors") { file };
        command.SetAction(parsed =>
        {
            using var session = globals.Open(parsed);
            session.Terminal.Out.WriteLine(parsed.GetRequiredValue(file) switch
            {
                "manifest" => ManifestSchema.Write(),
                "scenario" => ManifestSchema.WriteScenario(),
                var word => throw CommandFailure.Usage($"there is no schema of '{word}'{NameSuggestion.For(word, Files)}; there is {string.Join(" and ", Files)}"),
            });
        });
        return command;
    }
}
