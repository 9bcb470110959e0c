using System.CommandLine;
using Datahall.Cli.Output;
using Datahall.Monitoring.Analysis;
using Datahall.Monitoring.Search;
using Datahall.Monitoring.Templates;

namespace Datahall.Cli.Analyze;

/// <summary><c>datahall analyze-logs</c>: what a log is made of, what is unusual in it, and what failed.</summary>
internal static class AnalyzeLogsCommand
{
    private const int DefaultTop = 20;

    public static Command Create(GlobalOptions globals)
    {
        var file = new Argument<string>("FILE|-") { HelpName = "FILE|-", Description = "The log, or - for the standard input" };
        var format = new Option<string?>("--format")
        {
            Description = "How lines begin, such as '<Date> <Time> <Level> <Content>'. A blank stands for one or more, \\ takes a sign as it is, and (\\[<Pid>\\])? may be missing. Default: lines count whole",
            HelpName = "FORMAT",
        };
        var assignments = new Option<string?>("--assignments") { Description = "Write the template of each line to this file, as CSV with the headings LineId,EventId", HelpName = "OUT.csv" };
        var search = new Option<string?>("--search") { Description = "Only lines with these words; \"several words\" as they stand, -word must be missing", HelpName = "WORDS" };
        var learn = new Option<long>("--learn") { Description = "Lines from which is learned what is usual: later templates are anomalies (default 1000)", HelpName = "LINES", DefaultValueFactory = static _ => 1_000 };
        var top = new Option<int>("--top") { Description = "Templates in the table, those with the most lines; 0 for all (default 20)", HelpName = "N", DefaultValueFactory = static _ => DefaultTop };
        var output = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json);
        var command = new Command("analyze-logs", "Find the templates of a log, what is unusual in it, and what failed and why") { file, format, assignments, search, learn, top, output };
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = globals.TerminalFor(parsed);
            var options = new AnalysisOptions
            {
                Format = Read(parsed.GetValue(format), LineFormat.Parse),
                Query = Read(parsed.GetValue(search), LogQuery.Parse),
                Anomalies = new() { LearningLines = NotNegative(parsed.GetValue(learn), "--learn") },
            };
            var shown = (int)NotNegative(parsed.GetValue(top), "--top");
            var report = new LogRun(terminal, globals.Time).Analyze(parsed.GetRequiredValue(file), options, parsed.GetValue(assignments), cancellationToken);
            if (parsed.GetValue(output) is OutputFormat.Json)
            {
                FindingsJson.Write(terminal, report);
            }
            else
            {
                FindingsTable.Write(terminal, report, shown == 0 ? int.MaxValue : shown);
            }

            return Task.FromResult((int)ExitCode.Done);
        });
        return command;
    }

    private static T? Read<T>(string? text, Func<string, T> parse)
        where T : class
    {
        try
        {
            return text is null ? null : parse(text);
        }
        catch (FormatException e)
        {
            throw CommandFailure.Usage(e.Message);
        }
    }

    private static long NotNegative(long value, string option) => value >= 0 ? value : throw CommandFailure.Usage($"{option} is {value}; it must not be negative");
}
