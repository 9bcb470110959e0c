using System.CommandLine;
using Datahall.Cli.Bench.Http;
using Datahall.Cli.Bench.Load;
using Datahall.Cli.Output;

namespace Datahall.Cli.Bench;

/// <summary><c>datahall bench</c>: measures what users run.</summary>
internal static class BenchCommand
{
    public static Command Create(GlobalOptions globals) => new("bench", "Measure a server under load") { Http(globals) };

    private static Command Http(GlobalOptions globals)
    {
        var (load, request, verdict) = (new LoadOptions(), new RequestOptions(), new VerdictOptions());
        var output = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json);
        var command = new Command("http", "Send HTTP requests at a constant rate (--rate), or always as many as --connections, and tell latencies and errors") { request.Urls };
        foreach (var option in (IEnumerable<Option>)[.. load.All, .. request.All, .. verdict.All, output])
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellationToken) =>
            RunAsync(globals.TerminalFor(parsed), load.Read(parsed), request.Read(parsed), verdict.Read(parsed), parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Terminal terminal, LoadChoice load, RequestChoice request, Verdict verdict, OutputFormat format, CancellationToken cancellationToken)
    {
        using var client = request.NeedsClient ? ClientExchanger.CreateClient(request.Insecure, load.Connections) : null;
        var open = await request.OpenerAsync(client, cancellationToken);
        var plan = load.Plan(request.Weights, request.Streams, open);
        using var progress = new ProgressLine(terminal, plan);
        var report = await new LoadRun(plan, progress.Tell).RunAsync(cancellationToken);
        progress.Dispose();
        if (format is OutputFormat.Json)
        {
            ReportJson.Write(terminal, report);
        }
        else
        {
            ReportTable.Write(terminal, report);
        }

        verdict.WriteHistogram(report);
        cancellationToken.ThrowIfCancellationRequested(); // Interrupted: what there is was told.
        verdict.Judge(report);
        return (int)ExitCode.Done;
    }
}
