using System.CommandLine;
using Datahall.Learning.Export;

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
            Console.Out.WriteLine(OnnxExport.Write(folder, parsed.GetValue(int8) ? OnnxPrecision.Int8 : OnnxPrecision.Float32));
            return 0;
        });
        return command;
    }
}
