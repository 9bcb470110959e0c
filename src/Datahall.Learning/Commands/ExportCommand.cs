using System.CommandLine;
using System.Globalization;
using Datahall.Learning.Export;
using Datahall.Learning.Natives;

namespace Datahall.Learning.Commands;

/// <summary><c>datahall export</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var model = new Option<string?>("--model", "-m") { Description = "The model's folder; the ONNX file goes into it", HelpName = "DIR" };
        var int8 = new Option<bool>("--int8") { Description = "Weights in 8 bits, by column, and inputs by what comes" };
        var command = new Command("export", "Write a model as ONNX into its folder") { model, int8 };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(model) ?? throw new LearningException("export needs --model DIR");
            var precision = parsed.GetValue(int8) ? OnnxPrecision.Int8 : OnnxPrecision.Float32;
            Console.Out.WriteLine(OnnxExport.Write(folder, precision));
            NativeLibraries.Prepare();
            var difference = ExportCheck.Compare(folder, precision, new Random(1));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"beside the weights in TorchSharp: the largest difference is {difference.Largest:0.0e0} of the largest output, the mean one {difference.RootMeanSquare:0.0e0}"));
            return difference.Largest <= Most(precision)
                ? 0
                : throw new LearningException($"the exported model says something else than its weights (more than {Most(precision):0.####} of the largest output is too much); please report this, with the model's config.json");
        });
        return command;
    }

    // Weights in 8 bits differ visibly; what they cost in quality 'datahall evaluate --runtime int8' tells.
    private static double Most(OnnxPrecision precision) => precision is OnnxPrecision.Int8 ? 0.5 : ExportDifference.Float32Bound;
}
