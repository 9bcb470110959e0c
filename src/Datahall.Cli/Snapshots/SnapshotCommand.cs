using System.CommandLine;

namespace Datahall.Cli.Snapshots;

/// <summary><c>datahall snapshot</c>: the core's state as a file, for <c>datahall simulate --snapshot</c>.</summary>
internal static class SnapshotCommand
{
    public static Command Create(GlobalOptions globals) =>
        new("snapshot", "Save what the scheduler decides from, to look at its decisions elsewhere") { Save(globals) };

    private static Command Save(GlobalOptions globals)
    {
        var file = new Argument<string>("FILE") { Description = "Where to; compressed when it ends in .gz" };
        var force = new Option<bool>("--force") { Description = "Replace the file when there is one" };
        var save = new Command("save", "Write every resource and the core's options to a file; values of environment variables are masked") { file, force };
        save.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var path = parsed.GetRequiredValue(file);
            if (File.Exists(path) && !parsed.GetValue(force))
            {
                throw CommandFailure.Refused($"{path} exists; give --force to replace it, or another name");
            }

            var saved = await SnapshotDownload.SaveAsync(session.Api, path, cancellationToken);
            session.Terminal.Out.WriteLine(saved);
        });
        return save;
    }
}
