using System.CommandLine;
using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Files;
using Datahall.Learning.Natives;
using Datahall.Learning.Settings;
using Datahall.Learning.Tasks;

namespace Datahall.Learning.Commands;

/// <summary><c>datahall evaluate</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = new Option<string?>("--model", "-m") { Description = "The model's folder", HelpName = "DIR" };
        var data = new Option<string[]>("--data", "-d") { Description = "Files to judge it on", HelpName = "FILE", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true };
        var predictions = new Option<string?>("--predictions") { Description = "Judge a file of predictions instead: a word, its right tag and the one that was found on each line, blank lines between sentences", HelpName = "FILE" };
        var format = new Option<DataFormat>("--format") { Description = "The form of the files: auto, conll, jsonl, csv or text" };
        var scheme = new Option<string>("--scheme") { Description = "How tags mark entities: auto, iob1, iob2, bioes or bmes; sentfin for its sentiment of entities", HelpName = "NAME", DefaultValueFactory = static _ => "auto" };
        var text = new Option<string?>("--text") { Description = "The column or field of the text", HelpName = "FIELD" };
        var pair = new Option<string?>("--pair") { Description = "The field of the second text", HelpName = "FIELD" };
        var label = new Option<string?>("--label") { Description = "The column or field of the label", HelpName = "FIELD" };
        var skip = new Option<bool>("--skip-bad-lines") { Description = "Leave out lines that cannot be read, and count them" };
        var mode = new Option<EntityMode>("--entities") { Description = "How entities are counted: conlleval, seqeval, or seqeval by the strict scheme", DefaultValueFactory = static _ => EntityMode.Conlleval };
        var form = new Option<string>("--output", "-o") { Description = "table, json, html, or conlleval (as the script prints)", HelpName = "FORM", DefaultValueFactory = static _ => "table" };
        form.AcceptOnlyFromAmong("table", "json", "html", "conlleval");
        var digits = new Option<int>("--digits") { Description = "Decimals of the table", HelpName = "N", DefaultValueFactory = static _ => 3 };
        var save = new Option<string?>("--save-predictions") { Description = "Write what was found to this file, as --predictions reads it", HelpName = "FILE" };
        var runtime = new Option<ModelRuntime>("--runtime") { Description = "What runs the model: torch, onnx or int8 (what 'datahall export' wrote)" };
        var command = new Command("evaluate", "Judge a model on files, or a file of predictions") { model, data, predictions, format, scheme, text, pair, label, skip, mode, form, digits, save, runtime };
        command.SetAction((parsed, cancellationToken) =>
        {
            var log = new BadLineLog(parsed.GetValue(skip) ? BadLines.Skip : BadLines.Stop);
            var report = parsed.GetValue(predictions) is { } file
                ? EvaluationReport.OfSentences("predictions", file, PredictionsFile.Read(file, log), parsed.GetValue(mode)) with { BadLines = log.Count }
                : Judge(
                    new EvaluationRequest(
                        parsed.GetValue(model) ?? throw new LearningException("evaluate needs --model DIR with --data FILE, or --predictions FILE"),
                        new()
                        {
                            Dev = parsed.GetValue(data) is { Length: > 0 } files ? files : throw new LearningException("evaluate needs --data FILE"),
                            Format = parsed.GetValue(format),
                            Scheme = parsed.GetRequiredValue(scheme),
                            Fields = new() { Text = parsed.GetValue(text), Pair = parsed.GetValue(pair), Label = parsed.GetValue(label) },
                            BadLines = parsed.GetValue(skip) ? BadLinesSetting.Skip : BadLinesSetting.Stop,
                        },
                        parsed.GetValue(mode),
                        parsed.GetValue(save))
                    {
                        Runtime = parsed.GetValue(runtime),
                    },
                    cancellationToken);
            Write(report, parsed.GetRequiredValue(form), parsed.GetValue(digits));
            return Task.FromResult(0);
        });
        return command;
    }

    private static EvaluationReport Judge(EvaluationRequest request, CancellationToken cancellationToken)
    {
        NativeLibraries.Prepare();
        return LearningTasks.Judging(ModelConfig.Load(request.Model), request.Model).Evaluate(request, cancellationToken);
    }

    private static void Write(EvaluationReport report, string form, int digits)
    {
        switch (form)
        {
            case "json":
                Console.Out.WriteLine(EvaluationJson.Write(report));
                break;
            case "html":
                Console.Out.WriteLine(EvaluationPage.Write(report, digits));
                break;
            case "conlleval":
                Console.Out.Write(report.Entities?.ConllevalText() ?? throw new LearningException("-o conlleval is for models that find entities"));
                break;
            default:
                EvaluationTable.Write(report, Screen.Console, digits);
                break;
        }
    }
}
