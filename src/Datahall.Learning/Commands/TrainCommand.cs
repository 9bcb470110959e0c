using System.CommandLine;
using Datahall.Learning.Natives;
using Datahall.Learning.Settings;
using Datahall.Learning.Training;
using Datahall.Model.Schema;

namespace Datahall.Learning.Commands;

/// <summary><c>datahall train</c>.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var config = new Option<string>("--config", "-c") { Description = "The file of settings", HelpName = "FILE" };
        var set = new Option<string[]>("--set") { Description = "Change a field of it, such as training.epochs=5; may be given several times", HelpName = "FIELD=VALUE", DefaultValueFactory = static _ => [] };
        var output = new Option<string?>("--output", "-O") { Description = "The folder of the run, instead of the one in the settings", HelpName = "DIR" };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON schema of the file of settings, for editors" };
        var command = new Command("train", "Train a model as a file of settings says, or go on with the run in its output folder") { config, set, output, schema };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(schema))
            {
                Console.Out.WriteLine(ManifestSchema.WriteDocument<TrainSettings>("Datahall training settings"));
                return Task.FromResult(0);
            }

            var file = parsed.GetValue(config) ?? throw new LearningException("train needs --config FILE; 'datahall train --schema' describes the file");
            var settings = SettingsFile.Read<TrainSettings>(file, parsed.GetRequiredValue(set));
            if (parsed.GetValue(output) is { } folder)
            {
                settings = settings with { Output = folder };
            }

            NativeLibraries.Prepare();
            TrainingRun.Run(settings, TimeProvider.System, cancellationToken);
            return Task.FromResult(0);
        });
        return command;
    }
}
