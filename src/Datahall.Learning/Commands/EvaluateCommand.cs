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
    private const int MostDigits = 9;

    private static readonly Option<string?> model = new("--model", "-m") { Description = "The model's folder", HelpName = "DIR" };
    private static readonly Option<string[]> data = new("--data", "-d") { Description = "Files to judge it on", HelpName = "FILE", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string?> predictions = new("--predictions") { Description = "Judge a file of predictions instead: a word, its right tag and the one that was found on each line, blank lines between sentences", HelpName = "FILE" };
    private static readonly Option<DataFormat> format = new("--format") { Description = "The form of the files: auto, conll, jsonl, csv or text" };
    private static readonly Option<string> scheme = new("--scheme") { Description = "How tags mark entities: auto, iob1, iob2, bioes or bmes; sentfin for its sentiment of entities", HelpName = "NAME", DefaultValueFactory = static _ => "auto" };
    private static readonly Option<string?> text = new("--text") { Description = "The column or field of the text", HelpName = "FIELD" };
    private static readonly Option<string?> pair = new("--pair") { Description = "The field of the second text", HelpName = "FIELD" };
    private static readonly Option<string?> label = new("--label") { Description = "The column or field of the label, or of the list of labels", HelpName = "FIELD" };
    private static readonly Option<bool> skip = new("--skip-bad-lines") { Description = "Leave out lines that cannot be read, and count them" };
    private static readonly Option<EntityMode> mode = new("--entities") { Description = "How entities are counted: conlleval, seqeval, or seqeval by the strict scheme", DefaultValueFactory = static _ => EntityMode.Conlleval };
    private static readonly Option<string> form = new("--output", "-o") { Description = "table, json, html, or conlleval (as the script prints)", HelpName = "FORM", DefaultValueFactory = static _ => "table" };
    private static readonly Option<int> digits = new("--digits") { Description = $"Decimals of the table, 0 to {MostDigits}", HelpName = "N", DefaultValueFactory = static _ => 3 };
    private static readonly Option<string?> save = new("--save-predictions") { Description = "Write what was found to this file; of words as --predictions reads it", HelpName = "FILE" };
    private static readonly Option<ModelRuntime> runtime = new("--runtime") { Description = "What runs the model: torch, onnx or int8 (what 'datahall export' wrote)" };

    public static Command Create()
    {
        form.AcceptOnlyFromAmong("table", "json", "html", "conlleval");
        digits.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number is < 0 or > MostDigits)
            {
                result.AddError($"--digits is from 0 to {MostDigits}");
            }
        });
        var command = new Command("evaluate", "Judge a model on files, or a file of predictions") { model, data, predictions, format, scheme, text, pair, label, skip, mode, form, digits, save, runtime };
        command.SetAction(static (parsed, cancellationToken) =>
        {
            var report = parsed.GetValue(predictions) is { } file ? Judge(file, parsed) : Judge(RequestOf(parsed), cancellationToken);
            Write(report, parsed.GetRequiredValue(form), parsed.GetValue(digits));
            return Task.FromResult(0);
        });
        return command;
    }

    private static EvaluationReport Judge(string file, ParseResult parsed)
    {
        var log = new BadLineLog(parsed.GetValue(skip) ? BadLines.Skip : BadLines.Stop);
        using var sentences = PredictionsFile.Read(file, log);
        return EvaluationReport.OfSentences("predictions", file, sentences, parsed.GetValue(mode)) with { BadLines = log.Count };
    }

    private static EvaluationRequest RequestOf(ParseResult parsed) => new(
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
    };

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
