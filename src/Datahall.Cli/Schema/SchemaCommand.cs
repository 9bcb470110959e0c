using System.CommandLine;
using Datahall.Model.Schema;

namespace Datahall.Cli.Schema;

/// <summary><c>datahall schema</c>: what editors need to check and complete manifests.</summary>
internal static class SchemaCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var command = new Command("schema", "Print the JSON Schema of manifests, for editors");
        command.SetAction(parsed =>
        {
            using var session = globals.Open(parsed);
            session.Terminal.Out.WriteLine(ManifestSchema.Write());
        });
        return command;
    }
}
