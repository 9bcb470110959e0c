using System.CommandLine;
using Datahall.Learning.Tracking;
using Datahall.Learning.Tracking.Reports;
using Spectre.Console;

namespace Datahall.Learning.Commands;

/// <summary><c>datahall runs ls|show|compare</c>.</summary>
internal static class RunsCommand
{
    public static Command Create()
    {
        var root = new Option<string>("--dir") { Description = "The folder whose runs are meant, subfolders included", HelpName = "DIR", DefaultValueFactory = static _ => "runs", Recursive = true };
        var metrics = new Option<string[]>("--metric") { Description = "A metric to show; may be given several times", HelpName = "NAME", DefaultValueFactory = static _ => [] };
        var list = new Command("ls", "List runs") { metrics };
        list.SetAction(parsed =>
        {
            var runs = new RunStore(parsed.GetRequiredValue(root)).List();
            var shown = parsed.GetRequiredValue(metrics);
            RunTables.WriteList(Screen.Console, runs, shown.Length > 0 ? shown : [.. RunComparison.MetricNames(runs).Take(4)], TimeProvider.System.GetUtcNow());
            return 0;
        });

        var name = new Argument<string>("RUN") { Description = "A run's name or folder" };
        var page = new Option<string?>("--html") { Description = "Write a page with charts to this file", HelpName = "FILE" };
        var show = new Command("show", "Show a run: settings, code, data, metrics with charts") { name, page };
        show.SetAction(parsed => Show([new RunStore(parsed.GetRequiredValue(root)).Find(parsed.GetRequiredValue(name))], parsed.GetValue(page)));

        var names = new Argument<string[]>("RUNS") { Description = "Names or folders of runs", Arity = new ArgumentArity(2, 100) };
        var compare = new Command("compare", "Compare runs: what differs in their settings, and their metrics with charts") { names, page };
        compare.SetAction(parsed =>
        {
            var store = new RunStore(parsed.GetRequiredValue(root));
            return Show([.. parsed.GetRequiredValue(names).Select(store.Find)], parsed.GetValue(page));
        });
        return new("runs", "List, show and compare training runs") { root, list, show, compare };
    }

    private static int Show(IReadOnlyList<RunRecord> runs, string? page)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (page is not null)
        {
            File.WriteAllText(page, RunPage.Write(runs, now));
            Console.Out.WriteLine(Path.GetFullPath(page));
        }
        else if (runs is [var run])
        {
            RunTables.WriteRun(Screen.Console, run, now);
        }
        else
        {
            RunTables.WriteComparison(Screen.Console, runs);
        }

        return 0;
    }
}
