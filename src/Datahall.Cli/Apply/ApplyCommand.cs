using System.CommandLine;
using Datahall.Cli.Output;
using Datahall.Cli.Progress;
using Datahall.Model;

namespace Datahall.Cli.Apply;

/// <summary><c>datahall apply</c>: manifests become resources.</summary>
internal static class ApplyCommand
{
    public static Command Create(GlobalOptions globals)
    {
        var file = ManifestOption.Create("Manifests: a file, a directory or - for standard input; may be given several times");
        file.Required = true;
        var dryRun = new Option<bool>("--dry-run") { Description = "Change nothing; show every field that would change, where each task would land and who would be stopped" };
        var wait = new Option<bool>("--wait") { Description = "Wait until jobs have finished and services are healthy" };
        var output = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json);
        var command = new Command("apply", "Create or change resources from manifests: all of them, or none") { file, dryRun, wait, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var mode = parsed.GetValue(dryRun) ? ApplyMode.DryRun : ApplyMode.Change;
            if (mode is ApplyMode.DryRun && parsed.GetValue(wait))
            {
                throw CommandFailure.Usage("--dry-run starts nothing that --wait could wait for; give one of them");
            }

            var isJson = parsed.GetValue(output) is OutputFormat.Json;
            if (isJson && parsed.GetValue(wait))
            {
                throw CommandFailure.Usage("-o json writes one answer, and --wait writes as it goes; give one of them");
            }

            var read = Manifests.Read(parsed.GetRequiredValue(file));
            var answer = await ApplyCall.SendForJsonAsync(session.Api, read, mode, cancellationToken);
            if (isJson)
            {
                session.Terminal.Out.WriteLine(ResourceWriter.Json(answer));
                return (int)ExitCode.Done;
            }

            ApplyReport.Write(session.Terminal, ApplyCall.Read(answer), session.Time.GetUtcNow());
            if (parsed.GetValue(wait))
            {
                IReadOnlyList<ResourceKey> keys = [.. read.Resources.Select(static resource => resource.Key)];
                return (int)await WorkProgress.FollowAsync(session, keys, ProgressGoal.Finished, cancellationToken);
            }

            return (int)ExitCode.Done;
        });
        return command;
    }
}
