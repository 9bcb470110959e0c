using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Datahall.Cli.Output;
using Datahall.Twin.Traces;
using Datahall.Twin.Traces.Jobs;

namespace Datahall.Cli.Simulate;

/// <summary>Runs a trace of jobs under a policy and writes what came of it.</summary>
internal static class JobTraceRuns
{
    public static void Run(Terminal terminal, JobTraceRequest request, OutputFormat format, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        JobTrace trace;
        try
        {
            trace = JobTrace.Read(request.Trace, request.Jobs, request.Window);
            trace.CheckFits(request.Nodes);
        }
        catch (TraceException e)
        {
            throw CommandFailure.Usage(e.Message);
        }

        var outcomes = JobSimulation.Run(trace, request.Nodes, request.Policy, request.Rules, Progress(terminal), cancellationToken);
        if (terminal.IsInteractive)
        {
            terminal.Error.Write("\r\e[K");
        }

        var result = new JobTraceResult(request, JobReport.Of(outcomes), DurationCheck.Of(trace));
        if (request.Chart is { } file)
        {
            ChartFile.Write(file, LoadChart.Svg(outcomes, $"{request.Trace} on {Pool(request)}: {request.Policy}", Subtitle(result)));
        }

        if (format is OutputFormat.Json)
        {
            WriteJson(terminal, result);
        }
        else
        {
            WriteTable(terminal, result);
        }

        terminal.Error.WriteLine(Text($"simulated in {clock.Elapsed.TotalSeconds:0.0} s")); // Apart: the result is the same each time.
    }

    private static void WriteTable(Terminal terminal, JobTraceResult result)
    {
        var (request, report) = (result.Request, result.Report);
        var queues = Text($"{report.Queues} queue{(report.Queues == 1 ? "" : "s")}");
        terminal.Out.WriteLine(Text($"{request.Trace}: {report.Jobs} jobs in {queues} on {Pool(request)}; {request.Policy}, {Assumptions(request)}"));
        new TableText(terminal, ["", "MEAN", "MEDIAN", "P99"]).Write(
        [
            ["completion, s", Seconds(report.MeanCompletionSeconds), Seconds(report.MedianCompletionSeconds), Seconds(report.P99CompletionSeconds)],
            ["queue, s", Seconds(report.MeanQueueSeconds), Seconds(report.MedianQueueSeconds), Seconds(report.P99QueueSeconds)],
        ]);
        terminal.Out.WriteLine(Text(
            $"makespan {report.MakespanSeconds:0} s, {report.Utilisation * 100:0.0} % of all GPU-seconds held, fairness {report.Fairness:0.000}"));
        terminal.Out.WriteLine(Text(
            $"{report.Preemptions} preemptions, {report.Moves} moves; work lost: {report.WorkLostGpuSeconds:0} GPU-seconds held without progress"));
        if (result.Prediction is { Predicted: > 0 } prediction)
        {
            terminal.Out.WriteLine(Text(
                $"run times predicted from history: {prediction.Predicted} jobs, half within a factor of {prediction.ErrorFactor:0.00}, {prediction.WithinTwofold * 100:0} % within 2"));
        }
    }

    private static string Subtitle(JobTraceResult result) => Text(
        $"{result.Report.Jobs} jobs, mean completion {result.Report.MeanCompletionSeconds / 3600:0.0} h; {Assumptions(result.Request)}");

    private static string Assumptions(JobTraceRequest request)
    {
        var durations = request.Rules.Durations is Durations.Known ? "run times known" : "run times unknown";
        return request.Rules switch
        {
            { Cost: StartCost.None } => $"{durations}, starts cost nothing",
            { Cost: StartCost.Artefact } => $"{durations}, start-up charged to all that run whenever jobs are placed",
            { RestartSeconds: { } seconds } => Text($"{durations}, a restart costs {seconds} s"),
            _ => $"{durations}, each start costs its start-up",
        };
    }

    private static void WriteJson(Terminal terminal, JobTraceResult result)
    {
        var (request, report) = (result.Request, result.Report);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("trace", request.Trace);
            json.WriteString("policy", request.Policy);
            json.WriteString("durations", request.Rules.Durations.ToString().ToLowerInvariant());
            json.WriteString("overhead", request.Rules.Cost.ToString().ToLowerInvariant());
            json.WriteNumber("nodes", request.Nodes.Count);
            json.WriteNumber("gpus", request.Nodes.Sum());
            json.WriteNumber("jobs", report.Jobs);
            json.WriteNumber("queues", report.Queues);
            Number(json, "meanCompletionSeconds", report.MeanCompletionSeconds);
            Number(json, "medianCompletionSeconds", report.MedianCompletionSeconds);
            Number(json, "p99CompletionSeconds", report.P99CompletionSeconds);
            Number(json, "meanQueueSeconds", report.MeanQueueSeconds);
            Number(json, "medianQueueSeconds", report.MedianQueueSeconds);
            Number(json, "p99QueueSeconds", report.P99QueueSeconds);
            Number(json, "makespanSeconds", report.MakespanSeconds);
            json.WriteNumber("utilisation", Math.Round(report.Utilisation, 6));
            json.WriteNumber("fairness", Math.Round(report.Fairness, 6));
            json.WriteNumber("preemptions", report.Preemptions);
            json.WriteNumber("moves", report.Moves);
            Number(json, "workLostGpuSeconds", report.WorkLostGpuSeconds);
            WritePrediction(json, result.Prediction);
            json.WriteEndObject();
        }

        terminal.Out.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void WritePrediction(Utf8JsonWriter json, DurationCheck check)
    {
        json.WriteStartObject("durationPrediction");
        json.WriteNumber("predicted", check.Predicted);
        if (check.Predicted > 0)
        {
            json.WriteNumber("errorFactor", Math.Round(check.ErrorFactor, 3));
            json.WriteNumber("withinTwofold", Math.Round(check.WithinTwofold, 3));
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double value) => json.WriteNumber(name, Math.Round(value, 4));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(double value) => Text($"{value:0.0}");

    private static string Pool(JobTraceRequest request) => Text($"{request.Nodes.Count} nodes, {request.Nodes.Sum()} GPUs");

    private static ShareLine? Progress(Terminal terminal) => terminal.IsInteractive
        ? new ShareLine(share => terminal.Error.Write(Text($"\r\e[K{share * 100:0} % of the jobs have arrived")))
        : null;

    private sealed record JobTraceResult(JobTraceRequest Request, JobReport Report, DurationCheck Prediction);

    private sealed class ShareLine(Action<double> show) : IProgress<double>
    {
        public void Report(double value) => show(value);
    }
}
