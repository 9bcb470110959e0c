using System.CommandLine;
using System.Globalization;
using Datahall.Learning.Settings;
using Datahall.Learning.Tuning;
using Datahall.Model.Schema;
using Spectre.Console;

namespace Datahall.Learning.Commands;

/// <summary><c>datahall tune</c>.</summary>
internal static class TuneCommand
{
    private const int BarWidth = 40;

    public static Command Create()
    {
        var config = new Option<string>("--config", "-c") { Description = "The file of the search", HelpName = "FILE" };
        var set = new Option<string[]>("--set") { Description = "Change a field of it, such as trials=50; may be given several times", HelpName = "FIELD=VALUE", DefaultValueFactory = static _ => [] };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON schema of the file, for editors" };
        var command = new Command("tune", "Search for the best settings of a training, or go on with the search in its output folder") { config, set, schema };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(schema))
            {
                Console.Out.WriteLine(ManifestSchema.WriteDocument<TuneSettings>("Datahall search for settings"));
                return 0;
            }

            var file = parsed.GetValue(config) ?? throw new LearningException("tune needs --config FILE; 'datahall tune --schema' describes the file");
            var search = SettingsFile.Read<TuneSettings>(file, parsed.GetRequiredValue(set));
            _ = SettingsFile.Read<TrainSettings>(search.Base, []); // Wrong settings are told before the first trial.
            ITrialRunner runner = search.Run is TrialPlace.Jobs ? new JobTrials(search.Base, search, Environment.GetEnvironmentVariable(JobTrials.CommandVariable) ?? "datahall") : new ProcessTrials(search.Base, search.Parallel);
            var tuner = new Tuner(search, runner, TimeProvider.System, Console.Error.WriteLine);
            var trials = await tuner.RunAsync(cancellationToken);
            var best = Tuner.BestOf(trials);
            var settings = SettingsFile.Read<TrainSettings>(search.Base, best.Changes);
            var path = Path.Combine(search.Output, "best.json");
            await File.WriteAllTextAsync(path, SettingsFile.Write(settings), cancellationToken);
            Write(trials, best);
            Screen.Console.WriteLine($"the best settings are in {path}, the best run in {tuner.FolderOf(best.Number)}");
            return 0;
        });
        return command;
    }

    private static void Write(IReadOnlyList<Trial> trials, Trial best)
    {
        var scores = trials.Select(static trial => trial.Score).OfType<double>().ToList();
        var (low, high) = (scores.Min(), scores.Max());
        var table = new Table().Border(TableBorder.Minimal).AddColumns("trial", "state", "score", "", "settings");
        foreach (var trial in trials)
        {
            var bar = trial.Score is { } score ? new string('█', 1 + (int)((BarWidth - 1) * (high > low ? (score - low) / (high - low) : 1))) : "";
            table.AddRow(
                trial.Number.ToString(CultureInfo.InvariantCulture) + (trial == best ? " *" : ""),
                trial.State.ToString().ToLowerInvariant(),
                trial.Score?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "",
                bar,
                Markup.Escape(trial.Failure ?? string.Join(" ", trial.Changes)));
        }

        Screen.Console.Write(table);
    }
}
