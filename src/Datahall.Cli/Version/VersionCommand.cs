using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Datahall.Cli.Client;

namespace Datahall.Cli.Version;

/// <summary><c>datahall version</c>: of this program, and of the server when there is one.</summary>
internal static class VersionCommand
{
    /// <summary>The version of this program.</summary>
    public static string OfProgram { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static Command Create(GlobalOptions globals)
    {
        var command = new Command("version", "Print the version of this program and of the server");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var output = session.Terminal.Out;
            output.WriteLine($"datahall {OfProgram} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
            try
            {
                var server = await session.Api.GetAsync("/api/v1/server", ApiJson.Default.ServerState, cancellationToken);
                output.WriteLine($"server {server.Version} at {session.Api.Url} (policy {server.Policy}, revision {server.Revision})");
            }
            catch (UnreachableFailure)
            {
                output.WriteLine($"server none at {session.Api.Url}");
            }
        });
        return command;
    }
}
