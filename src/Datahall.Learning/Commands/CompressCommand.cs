using System.CommandLine;
using System.Globalization;
using Datahall.Learning.Compression;
using Datahall.Learning.Natives;
using Datahall.Learning.Settings;
using Datahall.Model.Schema;
using Spectre.Console;

namespace Datahall.Learning.Commands;

/// <summary><c>datahall compress</c>.</summary>
internal static class CompressCommand
{
    public static Command Create()
    {
        var model = new Option<string?>("--model", "-m") { Description = "The model's folder", HelpName = "DIR" };
        var recipe = new Option<string?>("--recipe", "-r") { Description = "The file that says what is cut, and how the model is trained again", HelpName = "FILE" };
        var set = new Option<string[]>("--set") { Description = "Change a field of it, such as prune.heads=0.5; may be given several times", HelpName = "FIELD=VALUE", DefaultValueFactory = static _ => [] };
        var output = new Option<string?>("--output", "-O") { Description = "Where the smaller model goes", HelpName = "DIR" };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON schema of recipes, for editors" };
        var command = new Command("compress", "Prune, distil and quantise a model, and measure size, speed and quality before and after") { model, recipe, set, output, schema };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(schema))
            {
                Console.Out.WriteLine(ManifestSchema.WriteDocument<CompressionRecipe>("Datahall compression recipe"));
                return Task.FromResult(0);
            }

            if (parsed.GetValue(model) is not { } folder || parsed.GetValue(recipe) is not { } file || parsed.GetValue(output) is not { } to)
            {
                throw new LearningException("compress needs --model DIR, --recipe FILE and --output DIR; 'datahall compress --schema' describes recipes");
            }

            NativeLibraries.Prepare();
            Write(CompressionRun.Run(folder, SettingsFile.Read<CompressionRecipe>(file, parsed.GetRequiredValue(set)), to, cancellationToken));
            Screen.Console.WriteLine($"the smaller model is in {Path.Combine(to, "model")}");
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Write(IReadOnlyList<ModelMeasure> measures)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("model", "ONNX file", "weights", "texts/s", "one text p50", "p99", "quality");
        foreach (var one in measures)
        {
            table.AddRow(
                one.Name, Text($"{one.Bytes / 1e6:0.00} MB"), Text($"{one.Parameters:N0}"), Text($"{one.TextsPerSecond:0}"), Text($"{one.Milliseconds:0.00} ms"),
                Text($"{one.SlowMilliseconds:0.00} ms"), Text($"{one.Quality:0.0000}"));
        }

        Screen.Console.Write(table);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
